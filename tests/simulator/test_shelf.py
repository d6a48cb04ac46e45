"""Titles by arithmetic are titles like all others, at any ordinal and seed."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from harvester.model import MediaType
from harvester.simulator import shelf
from harvester.simulator.people import POPULATION as PEOPLE

MEDIA_TYPES: st.SearchStrategy[MediaType] = st.sampled_from(("movie", "tv"))
SEEDS = st.integers(0, 2**40)


@given(SEEDS, MEDIA_TYPES, st.integers(0, shelf.SIZE - 1))
def test_every_ordinal_is_a_title(seed: int, media_type: MediaType, ordinal: int) -> None:
    """A name, a real date or none, an unpopular title's popularity; and back to the ordinal."""
    facts = shelf.facts_of(seed, media_type, ordinal)
    assert facts.title
    assert facts.told is not None
    assert 0 < facts.told.popularity < 4
    assert 0 <= facts.told.votes <= 90
    if facts.told.date:
        assert facts.year == date.fromisoformat(facts.told.date).year
        assert 1930 <= facts.year <= 2025
    else:
        assert facts.year is None
    assert shelf.shelved(shelf.FIRST[media_type] + ordinal) == (media_type, ordinal)


def test_names_are_all_different() -> None:
    """None of 20,000 movies has another's name, nor has a video, nor an adult one."""
    ordinals = list(shelf.ordinals("movie", 20_000))
    assert len(ordinals) == 20_000 + 500 + 200
    assert len({shelf.facts_of(1, "movie", ordinal).title for ordinal in ordinals}) == len(ordinals)


def test_words_and_years_do_not_go_together() -> None:
    """Each noun is in about a sixteenth of the titles of one year."""
    facts = [shelf.facts_of(1, "movie", ordinal) for ordinal in range(20_000)]
    titles = [one.title for one in facts if one.year == 2024]
    assert len(titles) > 500
    assert 0.03 < sum("Signal" in title for title in titles) / len(titles) < 0.1


def test_numbers_beside_the_shelf_are_not_on_it() -> None:
    """The shelf ends where it says."""
    assert shelf.shelved(shelf.FIRST["movie"] - 1) is None
    assert shelf.shelved(shelf.FIRST["tv"] + shelf.SIZE) is None
    assert shelf.shelved(111161) is None


@given(st.integers(0, 200_000), st.integers(0, PEOPLE - 1), st.integers(1, 200_000))
def test_people_and_titles_are_found_from_each_other(
    ordinal: int, person: int, population: int
) -> None:
    """A title's people have it among their titles, and a person's titles have that person."""
    strides = (*shelf.CAST_STRIDES, shelf.CREW_STRIDE)
    for stride, who in zip(strides, (*shelf.cast_of(ordinal), shelf.crew_of(ordinal)), strict=True):
        assert ordinal in shelf.titles_of(who, stride, ordinal + 1)
    for place, stride in enumerate(shelf.CAST_STRIDES):
        for title in shelf.titles_of(person, stride, population):
            assert title < population
            assert shelf.cast_of(title)[place] == person
