"""When two names are one, and which of several titles is meant."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.origins.tmdb.questions.names import clear_winner, has_words, normal_title


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Matrix", "matrix"),
        ("Am\u00e9lie", "Amelie"),
        ("Mr. & Mrs. Smith", "Mr and Mrs Smith"),
        ("WALL\u00b7E", "Wall-E"),
        ("Spider-Man", "spider man"),
        ("Alien\u00b3", "Alien3"),
        ("S.W.A.T.", "SWAT"),
        ("M*A*S*H", "mash"),
        ("Schindler\u2019s List", "Schindlers List"),
        ("A Beautiful Mind", "beautiful  mind"),
        ("$", "$"),
    ],
)
def test_names_that_are_one(one: str, other: str) -> None:
    """Case, accents, punctuation, an ampersand and a leading article tell no names apart."""
    assert normal_title(one) == normal_title(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Heat", "Heat 2"),
        ("Now Here", "Nowhere"),
        ("Die Hard", "Hard"),
        ("Up", "Us"),
        ("\u30d0\u30b9", "\u30cf\u30b9"),
        ("The", "A"),
        ("$", "?"),
    ],
)
def test_names_that_are_not(one: str, other: str) -> None:
    """No fuzzy ratio, no dropped word, no dropped mark that makes another letter."""
    assert normal_title(one) != normal_title(other)


@pytest.mark.parametrize(
    ("text", "wanted", "has"),
    [
        ("Neo / Thomas Anderson", "neo", True),
        ("Neo / Thomas Anderson", "Thomas Anderson", True),
        ("Neon", "Neo", False),
        ("Thomas A. Anderson", "Thomas Anderson", False),
        ("", "Neo", False),
    ],
)
def test_a_character_is_whole_words(text: str, wanted: str, *, has: bool) -> None:
    """Words are found in their order and never inside another."""
    assert has_words(text, wanted) is has


@dataclass(frozen=True)
class _One:
    weight: float


@given(st.lists(st.floats(0, 1e9), max_size=6))
def test_a_winner_is_alone_or_ten_times_as_well_known(weights: list[float]) -> None:
    """Nothing else wins; of two unknown ones none does."""
    winner = clear_winner([_One(weight) for weight in weights])
    if not weights:
        assert winner is None
        return
    first, *rest = sorted(weights, reverse=True)
    if not rest or (first > 0 and first >= 10 * rest[0]):
        assert winner == _One(first)
    else:
        assert winner is None
