"""`/movie/{id}/images` and `/tv/{id}/images`: how many there are; the paths stay in Raw.

https://developer.themoviedb.org/reference/movie-images
https://developer.themoviedb.org/reference/tv-series-images
"""

import ibis.expr.types as ir

from harvester.zones.engines import Json
from harvester.zones.schema import Column, Reading, Table
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb.envelope import ENVELOPE


def _length(json: Json, token: ir.Value) -> ir.Value:
    return json.items(token).length()


def _is_none(_json: Json, token: ir.Value, _length: ir.Value) -> ir.Value:
    return ~token.startswith("[")


_COUNT = Reading("a list", _length, _is_none)
_COUNTS = tuple(
    Column(name, "int64", name, f"{name}, of the language asked for", low=0, reading=_COUNT)
    for name in ("backdrops", "logos", "posters")
)

MOVIE_IMAGES = Endpoint(
    Table(
        "Movies/images",
        "A row a movie and language: how many images the newest list of a date has.",
        ("title_id", "language"),
        (*ENVELOPE, *_COUNTS),
    ),
)
SERIES_IMAGES = Endpoint(
    Table(
        "Series/images",
        "A row a series and language: how many images the newest list of a date has.",
        ("title_id", "language"),
        (*ENVELOPE, *_COUNTS),
    ),
)
