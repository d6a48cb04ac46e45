"""Numbers, sizes and times as a reader of each language writes them."""

from collections.abc import Callable
from datetime import datetime

from harvester.pages.texts import Language

_NBSP = "\N{NO-BREAK SPACE}"
_MINUTE = 60
_HOUR = 3600
_DAY = 86_400
_SIZES = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def number(value: float, language: Language, digits: int = 0) -> str:
    """Return `1,234.5`, or `1.234,5` in Portuguese."""
    text = f"{value:,.{digits}f}"
    if language == "pt-BR":
        text = text.translate(str.maketrans(",.", ".,"))
    return text


def percent(part: float, whole: float, language: Language) -> str:
    """Return a share such as `87.3%`; never 0% or 100% of what is neither."""
    share = 100 * part / whole if whole else 0.0
    if 0 < part < whole:
        share = min(max(share, 0.1), 99.9)
    return f"{number(share, language, 0 if share in (0, 100) else 1)}%"


def size(value: float, language: Language) -> str:
    """Return bytes as `4.1 MB`; units are decimal, as the limits of files are."""
    for unit, factor in _SIZES:
        if value >= factor:
            return f"{number(value / factor, language, 1)}{_NBSP}{unit}"
    return f"{number(value, language)}{_NBSP}B"


def milliseconds(value: float, language: Language) -> str:
    """Return `84 ms` or `1.2 s`."""
    if value < 1000:  # noqa: PLR2004 - a second
        return f"{number(value, language)}{_NBSP}ms"
    return f"{number(value / 1000, language, 1)}{_NBSP}s"


def dollars(value: float, language: Language) -> str:
    """Return US dollars with cents, with four digits below a cent."""
    digits = 2 if value >= 0.01 or value == 0 else 4  # noqa: PLR2004 - a cent
    return f"US${_NBSP}{number(value, language, digits)}"


def duration(seconds: float) -> str:
    """Return `45 s`, `12 min`, `3 h 05 min` or `2 d 4 h`: the same in both languages."""
    whole = round(seconds)
    if whole < 2 * _MINUTE:
        return f"{whole} s"
    if whole < 2 * _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < 2 * _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def moment(when: str | datetime) -> str:
    """Return `2026-11-24 07:00 UTC` of a time, which may be as the lake's papers write it."""
    time = datetime.fromisoformat(when) if isinstance(when, str) else when
    return f"{time:%Y-%m-%d %H:%M} UTC"


def filters(language: Language) -> dict[str, Callable[..., str]]:
    """Return these functions as a template's filters."""
    return {
        "number": lambda value, digits=0: number(value, language, digits),
        "percent": lambda part, whole: percent(part, whole, language),
        "size": lambda value: size(value, language),
        "milliseconds": lambda value: milliseconds(value, language),
        "dollars": lambda value: dollars(value, language),
        "duration": duration,
        "moment": moment,
    }
