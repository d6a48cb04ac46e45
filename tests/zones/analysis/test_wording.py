"""How findings are put into words: ties as ties, numbers as each language writes them."""

import math
from typing import Any

import pytest

from harvester.pages import load_texts
from harvester.zones.analysis.questions.genres import GENRES
from harvester.zones.analysis.questions.months import MONTHS
from harvester.zones.analysis.statistics import Interval
from harvester.zones.analysis.wording import (
    between,
    between_shares,
    correlation,
    joined,
    led,
    listed,
    signed,
    too_few,
)

EN, PT = load_texts("en"), load_texts("pt-BR")


def test_numbers_and_intervals() -> None:
    """A minus is no hyphen, zero has none, and Portuguese has a comma."""
    assert signed(EN, -0.034, 2) == "\N{MINUS SIGN}0.03"
    assert signed(EN, -0.004, 2) == "0.00"
    assert signed(PT, 0.5, 2) == "0,50"
    assert between(EN, Interval(-0.2, 0.15), 2) == "95% CI \N{MINUS SIGN}0.20 to 0.15"
    assert between(PT, Interval(0.1, 0.15), 2) == "IC 95%: 0,10 a 0,15"
    assert between_shares(PT, Interval(0.1, 0.155)) == "IC 95%: 10,0% a 15,5%"
    assert too_few(EN, 12) == "Nothing to conclude from 12 titles: it takes at least 30"


def test_lists_and_sentences() -> None:
    """The last name after "and"; a finding begins as a sentence does."""
    assert [listed(EN, "ABC"[:n]) for n in (1, 2, 3)] == ["A", "A and B", "A, B and C"]
    assert listed(PT, ["A", "B"]) == "A e B"
    assert joined(["nobody", "all"]) == "Nobody; all"


@pytest.mark.parametrize(
    ("tied", "said"),
    [
        (1, "A appears in the most titles, 2 of 9 with a cast"),
        (2, "A and B share the lead: each appears in 2 of 9 titles with a cast"),
        (3, "A, B and C share the lead: each appears in 2 of 9 titles with a cast"),
        (4, "4 people share the lead: each appears in 2 of 9 titles with a cast"),
        (30, "30 people share the lead: each appears in 2 of 9 titles with a cast"),
    ],
)
def test_a_tie_is_a_tie(tied: int, said: str) -> None:
    """Up to three names, of more how many they are, also of those that are not drawn."""
    rows: list[dict[str, Any]] = [{"name": name} for name in "ABCD"]
    assert led(EN, "people.cast", rows, tied=tied, titles=2, all_titles=9) == said


@pytest.mark.parametrize(
    ("r", "titles", "word"),
    [
        (-0.03, 119, "apart"),
        (0.19, 119, "weakly_together"),
        (0.4, 119, "together"),
        (0.4, 20, "apart"),
        (-0.4, 119, "opposite"),
        (-0.1, 5_000, "weakly_opposite"),
        (None, 119, "apart"),
        (math.nan, 119, "apart"),
    ],
)
def test_what_a_correlation_is_called(r: float | None, titles: int, word: str) -> None:
    """What chance explains is none, what is small is weak: r = -0.03 was once a finding."""
    found, interval, said = correlation(r, titles)
    assert said == word
    assert interval.low <= found <= interval.high


def test_months_that_share_the_lead() -> None:
    """Both are named; a month without any release counts as one of the twelve."""
    rows = [{"month": month, "titles": 40 if month in {3, 9} else 6} for month in range(1, 12)]
    said = MONTHS.headline(rows, EN)
    assert said.startswith("March and September have the most of 134 releases, 29.9")
    chance = [{"month": month, "titles": 10 + month % 2} for month in range(1, 13)]
    assert MONTHS.headline(chance, EN).startswith("No month stands out among 126 releases: χ² = ")


def test_genres_that_lead_as_many_decades() -> None:
    """Both are named; a decade that is too small, or led by a hair, is nobody's."""

    def decade(start: int, drama: int, crime: int, titles: int = 100) -> list[dict[str, Any]]:
        return [
            {"decade": start, "genre": genre, "titles": count, "all_titles": titles}
            for genre, count in (("Drama", drama), ("Crime", crime))
        ]

    rows = [*decade(1990, 80, 20), *decade(2000, 20, 80), *decade(2010, 51, 49)]
    said = (
        "Crime and Drama clearly lead the most decades: 1 each, of 3 that have at least 30 titles"
    )
    assert GENRES.headline(rows, EN) == said
    assert GENRES.headline(decade(2010, 51, 49), EN).startswith("No genre clearly leads any decade")
    assert GENRES.headline(decade(2020, 9, 0, 29), EN) == too_few(EN, 29)
