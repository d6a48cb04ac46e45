"""The titles that lists know: the sample's, the made ones, and as many of the shelf as asked for.

Any other number is a title, too, but no list has it.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from harvester.model import MediaType
from harvester.simulator import shelf, showcase
from harvester.simulator.facts import TitleFacts, Told
from harvester.simulator.found import found_item
from harvester.simulator.identity import identify, sample
from harvester.simulator.words import ALL_GENRES

_GENRE_IDS: Final[dict[MediaType, dict[str, int]]] = {
    "movie": {name: movie[0] for name, (movie, _) in ALL_GENRES.items()},
    "tv": {name: series[0] for name, (_, series) in ALL_GENRES.items()},
}


class Entry(NamedTuple):
    """What a list needs to know of a title to choose it and to find its place."""

    number: int
    title: str
    original_title: str
    date: str
    popularity: float
    votes: int
    genre_ids: frozenset[int]
    adult: bool
    video: bool


@lru_cache(maxsize=4)
def catalogue(seed: int, media_type: MediaType, population: int) -> tuple[Entry, ...]:
    """Return all titles that lists know, by number."""
    named = [_entry_of(seed, media_type, number) for number in named_titles(seed, media_type)]
    first = shelf.FIRST[media_type]
    shelved = [
        _entry(first + ordinal, media_type, facts, facts.told)
        for ordinal in shelf.ordinals(media_type, population)
        if (facts := shelf.facts_of(seed, media_type, ordinal)).told is not None
    ]
    return (*named, *shelved)


@lru_cache(maxsize=8)
def named_titles(seed: int, media_type: MediaType) -> tuple[int, ...]:
    """Return the numbers of the sample's titles that TMDB has, and of the made ones."""
    numbers = (*sorted(sample()), *showcase.TITLES)
    return tuple(number for number in numbers if identify(seed, number).is_a(media_type))


def _entry_of(seed: int, media_type: MediaType, number: int) -> Entry:
    identity = identify(seed, number)
    found = found_item(seed, identity, media_type)
    date = found["release_date" if media_type == "movie" else "first_air_date"]
    told = Told(date, found["popularity"], found["vote_count"])
    return _entry(number, media_type, identity.facts, told)


def _entry(number: int, media_type: MediaType, facts: TitleFacts, told: Told) -> Entry:
    ids = _GENRE_IDS[media_type]
    return Entry(
        number=number,
        title=facts.title,
        original_title=facts.original_title,
        date=told.date,
        popularity=told.popularity,
        votes=told.votes,
        genre_ids=frozenset([ids[genre] for genre in facts.genres]),
        adult=told.adult,
        video=told.video,
    )
