"""The answer to each request: a status and a body."""

import re
from typing import Final, NamedTuple

import orjson

from harvester.model import MediaType
from harvester.simulator.chance import Draws, scattered
from harvester.simulator.identity import Identity, identify
from harvester.simulator.omdb.title import title_body

LACKING_IS_ONE_IN: Final = 50
"""Of titles that are hardly known, OMDb lacks some: it draws on TMDB and Wikidata."""

_IMDB_ID: Final = re.compile(r"tt(\d{1,12})", re.ASCII)
_MEDIA_TYPES: Final[tuple[MediaType, ...]] = ("movie", "tv")
_NEIGHBOURS: Final = 1_000

# What OMDb's own writer of JSON does not escape: https://github.com/omdbapi/OMDb-API/issues/322,
# 53, 258 and 239.
_UNESCAPED: Final = (
    rb"the inner\Spiritual peace",
    b"a tab\tin the text",
    b"a control\x1fcharacter",
    rb"what they call \'the end\'",
    b'the "quiet" year',
)
_LAST_BACKSLASH: Final = (b'","Language":', rb'\","Language":')


class OmdbReply(NamedTuple):
    """A status and a body."""

    status: int
    body: bytes


def refusal(status: int, words: str) -> OmdbReply:
    """Return an error as OMDb sends it."""
    return OmdbReply(status, orjson.dumps({"Response": "False", "Error": words}))


NO_KEY: Final = refusal(401, "No API key provided.")
BAD_KEY: Final = refusal(401, "Invalid API key!")
LIMIT_REACHED: Final = refusal(401, "Request limit reached!")
UNKNOWN: Final = refusal(200, "Error getting data.")
MALFORMED: Final = refusal(200, "Incorrect IMDb ID.")


class OmdbLibrary:
    """The answers of one seed; `broken` is the share of titles whose bodies are not JSON."""

    def __init__(self, seed: int, broken: float = 0.0) -> None:
        self._seed = seed
        self._broken = broken

    def answer(self, imdb_id: str) -> OmdbReply:
        """Return OMDb's answer to `?i=…`."""
        found = _IMDB_ID.fullmatch(imdb_id)
        if found is None:
            return MALFORMED
        identity = identify(self._seed, int(found[1]))
        media_type = self._media_type(identity, int(found[1]))
        if media_type is None:
            return UNKNOWN
        body = orjson.dumps(title_body(self._seed, identity, media_type))
        return OmdbReply(200, self._spoilt(body, identity.number))

    def neighbour(self, imdb_id: str) -> str | None:
        """Return the id of another title, in whose body that of this one may be mistaken."""
        found = _IMDB_ID.fullmatch(imdb_id)
        first = 0 if found is None else int(found[1]) + 1
        for number in range(first, first + _NEIGHBOURS):
            if self._media_type(identify(self._seed, number), number) is not None:
                return f"tt{number:07d}"
        return None

    def _media_type(self, identity: Identity, number: int) -> MediaType | None:
        if identity.number != number:  # a second IMDb id
            return None
        if not identity.popular and scattered(self._seed + 53, number) % LACKING_IS_ONE_IN == 0:
            return None
        return next((one for one in _MEDIA_TYPES if identity.is_a(one)), None)

    def _spoilt(self, body: bytes, number: int) -> bytes:
        draws = Draws(self._seed, "omdb/broken", number)
        if not draws.happens(self._broken):
            return body
        kind = draws.within(0, len(_UNESCAPED))
        if kind == len(_UNESCAPED):
            return body.replace(*_LAST_BACKSLASH, 1)
        return body.replace(b'"Plot":"', b'"Plot":"' + _UNESCAPED[kind] + b" ", 1)
