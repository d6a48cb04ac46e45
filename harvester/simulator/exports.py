"""The daily lists of all ids: https://developer.themoviedb.org/docs/daily-id-exports.

A day's file is there from 08:00 UTC on, for 90 days. All days have the same titles, those of the
other lists.
"""

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from harvester.model import MediaType
from harvester.simulator import shelf
from harvester.simulator.catalogue import named_titles
from harvester.simulator.found import found_item
from harvester.simulator.identity import identify

KINDS: Final[dict[str, tuple[MediaType, bool]]] = {
    "movie": ("movie", False),
    "tv_series": ("tv", False),
    "adult_movie": ("movie", True),
    "adult_tv_series": ("tv", True),
}
"""What each kind of file lists: a media type, and whether its adult titles or the others."""

THERE_FROM: Final = time(8, tzinfo=UTC)
WRITTEN_AT: Final = time(7, 19, 28, tzinfo=UTC)
KEPT: Final = timedelta(days=90)

_NAME: Final = re.compile(rf"({'|'.join(KINDS)})_ids_(\d\d)_(\d\d)_(\d{{4}})\.json\.gz", re.ASCII)


def parse_name(name: str) -> tuple[str, date] | None:
    """Return the kind and the day of a file such as `movie_ids_11_24_2026.json.gz`."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    kind, month, day, year = match.groups()
    try:
        return kind, date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_there(day: date, now: datetime) -> bool:
    """Return whether the files of a day can be downloaded at this moment."""
    return datetime.combine(day, THERE_FROM) <= now and now.date() - day <= KEPT


def last_modified(day: date) -> str:
    """Return when the files of a day were written, as HTTP has it."""
    return format_datetime(datetime.combine(day, WRITTEN_AT), usegmt=True)


@lru_cache(maxsize=len(KINDS))
def export(seed: int, population: int, kind: str) -> bytes:
    """Return the file of a kind: JSON lines, gzipped."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, 31)
    pieces = [deflate.compress(line) for line in _lines(seed, population, *KINDS[kind])]
    return b"".join((*pieces, deflate.flush()))


def _lines(seed: int, population: int, media_type: MediaType, adult: bool) -> Iterator[bytes]:  # noqa: FBT001 -- from `KINDS`
    for item in _items(seed, population, media_type):
        if item["adult"] == adult:
            keys = (
                ("adult", "id", "original_title", "popularity", "video")
                if media_type == "movie"
                else ("id", "original_name", "popularity")
            )
            yield orjson.dumps({key: item[key] for key in keys}) + b"\n"


def _items(seed: int, population: int, media_type: MediaType) -> Iterator[dict[str, Any]]:
    """Yield what the lines are made of; of the shelf's titles, which may be a million, no more."""
    for number in named_titles(seed, media_type):
        yield found_item(seed, identify(seed, number), media_type)
    for ordinal in shelf.ordinals(media_type, population):
        title = shelf.title_of(seed, media_type, ordinal)
        yield {
            "adult": ordinal >= shelf.FIRST_ADULT,
            "id": shelf.FIRST[media_type] + ordinal,
            "original_title": title,
            "original_name": title,
            "popularity": shelf.popularity_of(seed, media_type, ordinal),
            "video": shelf.is_video(media_type, ordinal),
        }
