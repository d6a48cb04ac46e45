"""(seed, id) → the bytes TMDB would return: the table of all bodies served."""

import hashlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from harvester.model import MediaType
from harvester.simulator import extras
from harvester.simulator.casting import credits_body
from harvester.simulator.chance import Draws
from harvester.simulator.details import details_body
from harvester.simulator.found import find_body
from harvester.simulator.identity import Identity, identify, identify_title
from harvester.simulator.people import aggregate_credits_of

Json = dict[str, Any]
Maker = Callable[[Draws, Identity, MediaType], Json]

_EXTRAS: Final[dict[str, Maker]] = {
    "keywords": extras.keywords,
    "external_ids": extras.external_ids,
    "watch/providers": extras.watch_providers,
    "alternative_titles": extras.alternative_titles,
    "translations": extras.translations,
    "videos": extras.videos,
    "images": extras.images,
    "release_dates": extras.release_dates,
    "content_ratings": extras.content_ratings,
}
_SHARED: Final = frozenset(_EXTRAS) - {"release_dates", "content_ratings"} | {"credits"}

BELOW: Final[dict[MediaType, frozenset[str]]] = {
    "movie": _SHARED | {"release_dates"},
    "tv": _SHARED | {"aggregate_credits", "content_ratings"},
}
"""The endpoints below a movie and a series, which can also be appended to its details."""


@dataclass(frozen=True, slots=True)
class Body:
    """One rendered body: its bytes, plain and gzipped, and the ETag TMDB would send."""

    raw: bytes
    gzipped: bytes
    etag: str


def find(seed: int, number: int) -> Json:
    """Return the `/find` body of the IMDb number."""
    return find_body(seed, identify(seed, number))


def details(
    seed: int,
    number: int,
    media_type: MediaType,
    append: Iterable[str] = (),
    *,
    by_imdb_id: bool = False,
) -> Json | None:
    """Return a title's details with the appended objects, or None where TMDB returns 404.

    `number` is its TMDB id, or its IMDb id.
    """
    identity = _asked(seed, number, media_type, by_imdb_id=by_imdb_id)
    if not identity.is_a(media_type):
        return None
    body = details_body(seed, identity, media_type)
    for endpoint in append:
        if endpoint in BELOW[media_type]:
            body[endpoint] = _below(seed, identity, media_type, endpoint)
    return body


def below(
    seed: int, number: int, media_type: MediaType, endpoint: str, *, by_imdb_id: bool = False
) -> Json | None:
    """Return the body of `/movie/{id}/{endpoint}`, or None where TMDB returns 404."""
    identity = _asked(seed, number, media_type, by_imdb_id=by_imdb_id)
    if not identity.is_a(media_type) or endpoint not in BELOW[media_type]:
        return None
    body = _below(seed, identity, media_type, endpoint)
    if media_type == "tv" and endpoint in {"credits", "aggregate_credits"}:
        return {**body, "id": identity.tmdb_id}  # as recorded: a series' credits end with the id
    return {"id": identity.tmdb_id, **body}


def _asked(seed: int, number: int, media_type: MediaType, *, by_imdb_id: bool) -> Identity:
    if by_imdb_id:
        return identify(seed, number)
    return identify_title(seed, media_type, number)


def _below(seed: int, identity: Identity, media_type: MediaType, endpoint: str) -> Json:
    number, popular = identity.number, identity.popular
    if endpoint == "credits":
        return credits_body(seed, identity, media_type)
    if endpoint == "aggregate_credits":
        return aggregate_credits_of(seed, number, popular=popular)
    draws = Draws(seed, endpoint, media_type, number)
    return _EXTRAS[endpoint](draws, identity, media_type)


def wire(value: object) -> bytes:
    """Serialize JSON as TMDB does: compact, `&` escaped, everything else raw UTF-8."""
    return orjson.dumps(value).replace(b"&", b"\\u0026")


def etag(raw: bytes) -> str:
    """Return the weak ETag TMDB sends for these bytes.

    Undocumented; true of all 2,145 recorded responses of 2020-2026 that have one.
    """
    return f'W/"{hashlib.sha256(raw).hexdigest()[:32]}"'


def gzipped(raw: bytes) -> bytes:
    """Compress at level 1: the cheapest, and clients can't tell the difference."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, 31)
    return deflate.compress(raw) + deflate.flush()


def render_body(value: object) -> Body:
    """Render a JSON value as one body."""
    raw = wire(value)
    return Body(raw, gzipped(raw), etag(raw))
