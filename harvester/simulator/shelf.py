"""Titles by arithmetic: as many as the lists shall have, none of which is kept.

The number of a title gives all that a list says of it, and a list is made without drawing. Each
has the genre `Music` (of a series: `Reality`), which no other title has; two of three have a
second one. 2 % have no date, and one of five of the others is of the first of January. The people
in their credits are found by arithmetic, too, in both directions.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Final

from harvester.model import MediaType
from harvester.simulator.chance import scattered
from harvester.simulator.facts import TitleFacts, Told
from harvester.simulator.people import POPULATION as PEOPLE
from harvester.simulator.words import ADJECTIVES, GENRES, NOUNS

FIRST: Final[dict[MediaType, int]] = {"movie": 800_000_000, "tv": 850_000_000}
FIRST_VIDEO: Final = 30_000_000  # from here on a movie is a `video`
FIRST_ADULT: Final = 40_000_000
SIZE: Final = 50_000_000
VIDEOS_ARE_ONE_IN: Final = 40  # beside the others
ADULTS_ARE_ONE_IN: Final = 100

UNDATED_IS_ONE_IN: Final = 50
FIRST_YEAR: Final = 1930
LAST_YEAR: Final = 2025

CAST_STRIDES: Final = (7_919, 10_007, 12_553)  # none has a factor in common with `PEOPLE`
CREW_STRIDE: Final = 15_013

_GENRES: Final = tuple(GENRES)


def shelved(number: int) -> tuple[MediaType, int] | None:
    """Return the media type and the ordinal of a title of the shelf; None for other numbers."""
    for media_type, first in FIRST.items():
        if first <= number < first + SIZE:
            return media_type, number - first
    return None


def ranges(media_type: MediaType, population: int) -> tuple[range, ...]:
    """Return the ordinals of a shelf of this size: plain titles, videos, adult titles."""
    videos = population // VIDEOS_ARE_ONE_IN if media_type == "movie" else 0
    return (
        range(population),
        range(FIRST_VIDEO, FIRST_VIDEO + videos),
        range(FIRST_ADULT, FIRST_ADULT + population // ADULTS_ARE_ONE_IN),
    )


def ordinals(media_type: MediaType, population: int) -> Iterator[int]:
    """Yield the ordinals of all titles of a shelf of this size, videos and adult ones included."""
    return chain.from_iterable(ranges(media_type, population))


def facts_of(seed: int, media_type: MediaType, ordinal: int) -> TitleFacts:
    """Return the facts of the title with this ordinal."""
    mixed = scattered(seed, FIRST[media_type] + ordinal)
    when = None if ordinal % UNDATED_IS_ONE_IN == UNDATED_IS_ONE_IN - 1 else _date(mixed, ordinal)
    title = title_of(seed, media_type, ordinal)
    return TitleFacts(
        title=title,
        original_title=title,
        language="en",
        year=None if when is None else when.year,
        minutes=60 + mixed % 110,
        genres=("Music", _GENRES[ordinal % len(_GENRES)]) if ordinal % 3 else ("Music",),
        told=Told(
            date="" if when is None else when.isoformat(),
            popularity=popularity_of(seed, media_type, ordinal),
            votes=(mixed >> 7) % 91,
            adult=ordinal >= FIRST_ADULT,
            video=is_video(media_type, ordinal),
        ),
    )


def popularity_of(seed: int, media_type: MediaType, ordinal: int) -> float:
    """Return the popularity of the title with this ordinal, at most 4."""
    return (scattered(seed, FIRST[media_type] + ordinal) % 39_989 + 1) / 10_000


def is_video(media_type: MediaType, ordinal: int) -> bool:
    """Return whether the title with this ordinal is one that TMDB calls a video."""
    return media_type == "movie" and FIRST_VIDEO <= ordinal < FIRST_ADULT


def title_of(seed: int, media_type: MediaType, ordinal: int) -> str:
    """Return the name of the title with this ordinal, which no other ordinal has."""
    mixed = scattered(seed + 1, FIRST[media_type] + ordinal)
    adjective = ADJECTIVES[(mixed >> 3) % len(ADJECTIVES)]
    noun = NOUNS[(mixed >> 11) % len(NOUNS)]
    if ordinal >= FIRST_ADULT:
        return f"{adjective} Nights No. {ordinal - FIRST_ADULT + 1}"
    if ordinal >= FIRST_VIDEO:
        return f"{adjective} {noun} Live, Vol. {ordinal - FIRST_VIDEO + 1}"
    return f"{adjective} {noun} No. {ordinal + 1}"


def cast_of(ordinal: int) -> tuple[int, ...]:
    """Return who plays in a title, as indexes of people."""
    return tuple(ordinal * stride % PEOPLE for stride in CAST_STRIDES)


def crew_of(ordinal: int) -> int:
    """Return who directed a title, as the index of a person."""
    return ordinal * CREW_STRIDE % PEOPLE


def titles_of(person: int, stride: int, population: int) -> range:
    """Return the ordinals below `population` of the titles that have this person by `stride`."""
    return range(person * pow(stride, -1, PEOPLE) % PEOPLE, population, PEOPLE)


def _date(mixed: int, ordinal: int) -> date:
    """Return a date; recent years have more titles."""
    share = (mixed & 0xFFFF) / 0x10000
    year = LAST_YEAR - int((LAST_YEAR - FIRST_YEAR + 1) * share * share)
    return date(year, 1, 1) + timedelta(0 if ordinal % 5 == 0 else (mixed >> 16) % 365)
