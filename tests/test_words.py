"""Counts and lengths of time are said as a person says them."""

import pytest

from harvester.words import about_duration, counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 titles"), (1, "1 title"), (2000, "2,000 titles")]
)
def test_counts(number: int, said: str) -> None:
    """One is one of a kind, all else several of them, with commas."""
    assert counted(number, "title") == said


def test_a_plural_of_its_own() -> None:
    """A noun may have a plural without an s."""
    assert [counted(number, "person", "people") for number in (1, 2)] == ["1 person", "2 people"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.1, "1 s"),
        (89, "89 s"),
        (91, "1 min 30 s"),
        (594, "9 min 50 s"),
        (596, "10 min"),
        (119, "2 min"),
        (3599, "1 h 00 min"),
        (24600, "6 h 50 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    """As a person would say them; anything unfinished takes at least a second."""
    assert about_duration(seconds) == said
