"""A title as an item of a list: the fields that `find` gives, in the order of each list.

The orders are those of recorded bodies: searches and a collection of 2025, discover and a person's
credits of 2022.
"""

from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.found import found_item
from harvester.simulator.identity import identify

Json = dict[str, Any]
Order = dict[MediaType, tuple[str, ...]]

_MOVIE: Final = (
    *("adult", "backdrop_path", "genre_ids", "id", "original_language", "original_title"),
    *("overview", "popularity", "poster_path", "release_date", "title", "video"),
    *("vote_average", "vote_count"),
)
_RATED: Final = ("vote_average", "vote_count")

SEARCHED: Final[Order] = {
    "movie": _MOVIE,
    "tv": (
        *("adult", "backdrop_path", "genre_ids", "id", "origin_country", "original_language"),
        *("original_name", "overview", "popularity", "poster_path", "first_air_date", "name"),
        *_RATED,
    ),
}
"""The items of a search, and, before what the person did there, those of a person's credits."""

DISCOVERED: Final[Order] = {
    "movie": _MOVIE,
    "tv": (
        *("backdrop_path", "first_air_date", "genre_ids", "id", "name", "origin_country"),
        *("original_language", "original_name", "overview", "popularity", "poster_path"),
        *_RATED,
    ),
}
"""The items of `discover`."""

KNOWN_FOR: Final[Order] = {
    "movie": (
        *("adult", "backdrop_path", "genre_ids", "id", "media_type", "original_language"),
        *("original_title", "overview", "poster_path", "release_date", "title", "video"),
        *_RATED,
    ),
    "tv": (
        *("backdrop_path", "first_air_date", "genre_ids", "id", "media_type", "name"),
        *("origin_country", "original_language", "original_name", "overview", "poster_path"),
        *_RATED,
    ),
}
"""What a person found by name is known for."""

PART: Final[Order] = {
    "movie": (
        *("adult", "backdrop_path", "id", "title", "original_title", "overview", "poster_path"),
        *("media_type", "original_language", "genre_ids", "popularity", "release_date", "video"),
        *_RATED,
    )
}
"""The parts of a collection."""


def item(seed: int, media_type: MediaType, number: int, order: Order) -> Json:
    """Return the item that one of these lists has for a title."""
    found = found_item(seed, identify(seed, number), media_type)
    return {key: found[key] for key in order[media_type]}
