"""`/discover/movie` and `/discover/tv`: the titles with certain genres, dates and votes.

By popularity the pages shift while they are read: the last four titles of each are the first ones
of the next, as two recorded pages have them, and the end is never reached. By date they stand
still. A title without a date is in no slice of dates.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.catalogue import Entry, catalogue
from harvester.simulator.items import DISCOVERED, item
from harvester.simulator.paging import page_of

Json = dict[str, Any]
Key = Callable[[Entry], Any]

MOVED: Final = 4
DATE: Final[dict[MediaType, str]] = {"movie": "primary_release_date", "tv": "first_air_date"}

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SORTS: Final[dict[str, Key]] = {
    "popularity": lambda entry: entry.popularity,
    "primary_release_date": lambda entry: entry.date,
    "first_air_date": lambda entry: entry.date,
    "vote_count": lambda entry: entry.votes,
    "title": lambda entry: entry.title,
    "name": lambda entry: entry.title,
}


def discover(
    seed: int, population: int, media_type: MediaType, parameters: Mapping[str, str]
) -> Json:
    """Return a page of the titles that fulfil all parameters; what is none is ignored."""
    date = DATE[media_type]
    field, _, direction = parameters.get("sort_by", "").partition(".")
    if field not in _SORTS or direction not in {"asc", "desc"}:
        field, direction = "popularity", "desc"
    votes = parameters.get("vote_count.gte", "")[:9]
    choice = (
        *(seed, population, media_type),
        *(parameters.get("with_genres", ""), int(votes) if votes.isdecimal() else 0),
        *(parameters.get(name) == "true" for name in ("include_adult", "include_video")),
    )
    found = _found(
        choice,
        *(_day(parameters.get(f"{date}.{end}", "")) for end in ("gte", "lte")),
        *(field, direction),
    )
    return page_of(
        found,
        int(parameters.get("page", "1")),
        lambda number: item(seed, media_type, number, DISCOVERED),
        moved_by=MOVED if field == "popularity" else 0,
    )


@lru_cache(maxsize=32)
def _found(
    choice: tuple[int, int, MediaType, str, int, bool, bool],
    first: str,
    last: str,
    field: str,
    direction: str,
) -> tuple[int, ...]:
    chosen, dates = _chosen(*choice)
    if first or last:
        start, end = bisect_left(dates, first or "0"), bisect_right(dates, last or "9999")
        chosen = chosen[start:end]
    ranked = sorted(chosen, key=_SORTS[field], reverse=direction == "desc")
    return tuple(entry.number for entry in ranked)  # ties are by date and number


@lru_cache(maxsize=8)
def _chosen(
    seed: int,
    population: int,
    media_type: MediaType,
    genres: str,
    votes: int,
    adult: bool,  # noqa: FBT001 -- with the others a key
    video: bool,  # noqa: FBT001
) -> tuple[tuple[Entry, ...], list[str]]:
    """Return the titles by date, whatever it is, and their dates; those without come first."""
    wanted = _genres(genres) if genres else [frozenset[int]()]
    chosen = [
        entry
        for entry in catalogue(seed, media_type, population)
        if entry.votes >= votes
        and (adult or not entry.adult)
        and (video or not entry.video)
        and any(ids <= entry.genre_ids for ids in wanted)
    ]
    chosen.sort(key=lambda entry: entry.date)
    return tuple(chosen), [entry.date for entry in chosen]


def _genres(text: str) -> list[frozenset[int]]:
    """Return the sets of genres any of which will do: a comma is `and`, a bar is `or`."""
    return [
        frozenset(int(number[:9]) for number in group.split(",") if number.isdecimal())
        for group in text.split("|")
    ]


def _day(text: str) -> str:
    return text if _DAY.fullmatch(text) else ""
