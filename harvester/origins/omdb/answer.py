"""What an answer of OMDb says: a title, or an error in words."""

import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import orjson

from harvester.lake.gunzip import GZIP_MAGIC
from harvester.upstream import valid_json
from harvester.upstream.body import Damaged, gunzip

_LONGEST_TEXT: Final = 2_000
"""Bytes of a value that is looked at; the longest error recorded has 24."""

_LONGEST_REASON: Final = 200
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_IMDB_ID: Final = re.compile(r"tt(\d{1,18})", re.ASCII)


class _Envelope(msgspec.Struct, gc=False):
    """Any JSON object; of what is in it, only these values are looked at."""

    response: msgspec.Raw | msgspec.UnsetType = msgspec.field(
        name="Response", default=msgspec.UNSET
    )
    error: msgspec.Raw | msgspec.UnsetType = msgspec.field(name="Error", default=msgspec.UNSET)
    imdb_id: msgspec.Raw | msgspec.UnsetType = msgspec.field(name="imdbID", default=msgspec.UNSET)
    kind: msgspec.Raw | msgspec.UnsetType = msgspec.field(name="Type", default=msgspec.UNSET)


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


@dataclass(frozen=True, slots=True)
class OmdbAnswer:
    """What matters of an answer: the title's id and `Type`, or the error; None for what is missing.

    OMDb sends an error with status 200, as `{"Response":"False","Error":"Movie not found!"}`.
    """

    error: str | None = None
    imdb_id: str | None = None
    kind: str | None = None

    def is_of(self, imdb_id: str) -> bool:
        """Say whether this is the title with an IMDb id, with however many zeros."""
        named, asked = (_IMDB_ID.fullmatch(one or "") for one in (self.imdb_id, imdb_id))
        return named is not None and asked is not None and int(named[1]) == int(asked[1])

    @property
    def reason(self) -> str:
        """The error on one line without control characters, as a reason may be."""
        words = " ".join(_CONTROL.sub(" ", self.error or "").split())
        return words.encode("utf-8", "replace").decode()[:_LONGEST_REASON] or "not_found"


def parse_answer(body: bytes, *, lone_surrogates: bool) -> OmdbAnswer:
    """Return what a whole body says.

    Raises `msgspec.ValidationError` when it is no object, another `ValueError` when it is no JSON.
    """
    found = valid_json.decode(body, _ENVELOPE, lone_surrogates=lone_surrogates)
    response, error = _text(found.response), _text(found.error)
    if response == "False" and error is not None:
        return OmdbAnswer(error=error)
    if response == "True":
        return OmdbAnswer(imdb_id=_text(found.imdb_id), kind=_text(found.kind))
    return OmdbAnswer()


def error_in(body: bytes, most: int) -> str | None:
    """Return the error of an answer in OMDb's words, None for any other body.

    Of a compressed body no more than `most` bytes are inflated.
    """
    try:
        plain = gunzip(body, most) if body.startswith(GZIP_MAGIC) else body
        return parse_answer(plain, lone_surrogates=True).error
    except (Damaged, ValueError):
        return None


def _text(value: msgspec.Raw | msgspec.UnsetType) -> str | None:
    if value is msgspec.UNSET or len(bytes(value)) > _LONGEST_TEXT:
        return None
    try:
        found: Any = orjson.loads(bytes(value))
    except orjson.JSONDecodeError:  # half of a surrogate pair
        return None
    return found if isinstance(found, str) else None
