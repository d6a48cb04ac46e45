"""OMDb's texts become numbers, dates and lists: what is written is read, the rest is null."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parsed import parsed

from harvester.zones.engines import Engine
from harvester.zones.trusted.endpoints.omdb import texts

SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PARSERS = (
    *(texts.whole, texts.dollars, texts.minutes, texts.year, texts.end_year, texts.day),
    *(texts.score, texts.listed),
)
EN_DASH = "\N{EN DASH}"
_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_ODD = st.text("0123456789,.$%/- hmin\u2013JanOct\u0663\n", max_size=14) | st.text(
    _CHARACTERS, max_size=10
)


def _few(each: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(each, min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("parser", "cases"),
    [
        (texts.whole, {"858,780": 858_780, "7": 7, "1,376,600": 1_376_600, "12,34": None}),
        (texts.whole, {"1234": 1234, "-1": None, "1.5": None, "1,2345": None, "\u0663": None}),
        (texts.dollars, {"$292,587,330": 292_587_330, "$3,600.00": 3600, "$0": 0}),
        (texts.dollars, {"292,587,330": None, "£12,345": None, "$28.3M": None, "$": None}),
        (texts.minutes, {"142 min": 142, "1 h 30 min": 90, "2 h": 120, "1h 57min": 117}),
        (texts.minutes, {"1,325 min": 1325, "min": None, "1,3 min": None, "142": None}),
        (texts.year, {"1994": 1994, f"1978{EN_DASH}1991": 1978, f"2011{EN_DASH}": 2011}),
        (texts.year, {"2011-2014": 2011, "94": None, f"1978{EN_DASH}91": None, "soon": None}),
        (texts.end_year, {"1994": None, f"1978{EN_DASH}1991": 1991, f"2011{EN_DASH}": None}),
        (texts.day, {"14 Oct 1994": date(1994, 10, 14), "1 Jan 2000": date(2000, 1, 1)}),
        (texts.day, {"30 Feb 2000": None, "14 Okt 1994": None, "1994-10-14": None}),
        (texts.score, {"57%": 57.0, "7.1/10": 71.0, "55/100": 55.0, "8.3/10": 83.0}),
        (texts.score, {"57": None, "4/5": None, "x%": None}),
        (texts.listed, {"Action, Drama": ["Action", "Drama"], "One": ["One"], "A,, B": ["A", "B"]}),
    ],
)
def test_texts_as_they_are_recorded(
    engine: Engine, tmp_path: Path, parser: Callable[[Any], Any], cases: dict[str, Any]
) -> None:
    """Each as a person reads it; a null stays one."""
    found = parsed(engine, tmp_path, parser, [*cases, None])
    assert found == [*cases.values(), None]


def _written(number: int, hours: bool) -> str:
    return f"{number // 60} h {number % 60} min" if hours else f"{number:,} min"


@pytest.mark.slow
@SETTINGS
@given(_few(st.integers(0, 10**17)), _few(st.dates()), st.booleans())
def test_what_is_written_is_read(
    engine: Engine, tmp_path: Path, numbers: list[int], days: list[date], hours: bool
) -> None:
    """Any number, amount, length and date comes back from the text that OMDb would write."""

    def read(parser: Callable[[Any], Any], written: list[str]) -> list[Any]:
        return parsed(engine, tmp_path, parser, written)

    assert read(texts.whole, [f"{n:,}" for n in numbers]) == numbers
    assert read(texts.dollars, [f"${n:,}" for n in numbers]) == numbers
    small = [n % 60_000 for n in numbers]
    assert read(texts.minutes, [_written(n, hours) for n in small]) == small
    assert read(texts.day, [day.strftime("%d %b ") + f"{day.year:04d}" for day in days]) == days
    tenths = [n % 101 for n in numbers]
    assert read(texts.score, [f"{n / 10}/10" for n in tenths]) == tenths
    years = [1850 + n % 200 for n in numbers]
    spans = [f"{year}{EN_DASH}{year + 7}" for year in years]
    assert read(texts.year, spans) == years
    assert read(texts.end_year, spans) == [year + 7 for year in years]


@pytest.mark.slow
@SETTINGS
@given(_few(_ODD))
def test_no_text_is_an_error(engine: Engine, tmp_path: Path, odd: list[str]) -> None:
    """Whatever stands there is a value that a person would find in it, or null."""
    for parser in PARSERS:
        found = parsed(engine, tmp_path, parser, odd)
        assert len(found) == len(odd)
    counts = parsed(engine, tmp_path, texts.whole, odd)
    for text, count in zip(odd, counts, strict=True):
        is_number = re.fullmatch(r"[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5}", text)
        assert count == (int(text.replace(",", "")) if is_number else None)
