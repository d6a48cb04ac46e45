"""What findings share: how they are put into words, and what is too little to speak of.

A finding states an effect and how sure it is, or that there is none.
"""

from collections.abc import Sequence
from typing import Any

from harvester.pages import Texts
from harvester.pages.numbers import number, percent
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.statistics import Interval, correlation_interval

ENOUGH = 30
"""Titles that a mean, a share or a correlation needs at least; the queries say the same."""

_NAMED = 3
"""Names that share a lead and are written out; of more only how many they are is said."""

_STRONG = 0.3
"""What a correlation needs for a finding without "weakly": Cohen's medium effect."""

_YEARS = ("first", "last", "year")


def say(t: Texts, text: str, /, **values: Any) -> str:
    """Return a finding, its whole numbers written as the language does, years as they are."""
    return t(
        f"analysis.{text}",
        **{
            key: number(value, t.language)
            if isinstance(value, int) and key not in _YEARS
            else value
            for key, value in values.items()
        },
    )


def too_few(t: Texts, titles: int) -> str:
    """Return that so many titles carry no finding."""
    return say(t, "words.few", titles=titles, needed=ENOUGH)


def signed(t: Texts, value: float, digits: int) -> str:
    """Return a number that may be negative, with a minus and not a hyphen; zero has none."""
    text = number(round(value, digits) + 0.0, t.language, digits)
    return text.replace("-", "\N{MINUS SIGN}")


def between(t: Texts, interval: Interval, digits: int) -> str:
    """Return an interval of numbers in words."""
    low, high = (signed(t, end, digits) for end in interval)
    return say(t, "words.interval", low=low, high=high)


def between_shares(t: Texts, interval: Interval) -> str:
    """Return an interval of shares in words."""
    low, high = (percent(end, 1, t.language) for end in interval)
    return say(t, "words.interval", low=low, high=high)


def listed(t: Texts, names: Sequence[str]) -> str:
    """Return names as a list in words: `A, B and C`."""
    *others, last = names
    return say(t, "words.and", names=", ".join(others), other=last) if others else last


def led(t: Texts, text: str, rows: Sequence[Row], /, tied: int, **values: Any) -> str:
    """Return who leads: one, some that share the lead by name, or of many how many they are.

    `rows` are those of the lead that are drawn, `tied` all that share it; the text has the variants
    `one`, `tied` and `many`.
    """
    if tied > min(_NAMED, len(rows)):
        return say(t, f"{text}_many", tied=tied, **values)
    names = listed(t, [row["name"] for row in rows[:tied]])
    return say(t, f"{text}_one" if tied == 1 else f"{text}_tied", name=names, **values)


def joined(parts: Sequence[str]) -> str:
    """Return parts of a finding as one sentence, which begins as sentences do."""
    whole = "; ".join(parts)
    return whole[:1].upper() + whole[1:]


def correlation(r: float | None, titles: int) -> tuple[float, Interval, str]:
    """Return r, its interval, and how two numbers go: `together`, `opposite`, or `apart`.

    What chance does not explain and is small all the same goes `weakly_together` or
    `weakly_opposite`. Without r, as one of the two never changes, there is no link.
    """
    known = 0.0 if r is None or r != r else r  # noqa: PLR0124 - what is not a number
    interval = correlation_interval(known, titles)
    if interval.holds(0):
        return known, interval, "apart"
    word = "together" if known > 0 else "opposite"
    return known, interval, word if abs(known) >= _STRONG else f"weakly_{word}"


def of_part(rows: list[Row], part: str) -> list[Row]:
    """Return the rows of one part of a ranking."""
    return [row for row in rows if row["part"] == part]
