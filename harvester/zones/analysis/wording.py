"""What findings share: how they are put into words, and which rows they speak of.

A finding that few titles carry is not claimed.
"""

from typing import Any

from harvester.pages import Texts
from harvester.pages.numbers import number
from harvester.zones.analysis.choices import Row

FEW = 5
"""Fewer titles than this make no mean worth a headline, where larger groups are at hand."""

_YEARS = ("first", "last")


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


def many(rows: list[Row]) -> list[Row]:
    """Return the rows of many titles, or all when none is."""
    return [row for row in rows if row["titles"] >= FEW] or rows


def firsts(rows: list[Row]) -> dict[str, Row]:
    """Return the first row of each part of a ranking."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row["part"], row)
    return found
