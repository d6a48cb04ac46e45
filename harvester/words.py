"""Counts and lengths of time, as a person says them."""

import math


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return `1 title`, `2,000 titles`; the plural is the noun with an s, unless it is given."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def about_duration(seconds: float) -> str:
    """Return a length of time as a person says it: `45 s`, `2 min 20 s`, `12 min`, `6 h 50 min`."""
    if seconds < 90:  # noqa: PLR2004 - a minute and a half is the last one told in seconds
        return f"{math.ceil(seconds)} s"
    if seconds < 595:  # noqa: PLR2004 - from ten minutes on, whole ones are near enough
        minutes, tens = divmod(round(seconds / 10), 6)
        return f"{minutes} min {10 * tens} s" if tens else f"{minutes} min"
    minutes = round(seconds / 60)
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"
