"""Ids → units: what one run has to do, fixed before its first request."""

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Final

import orjson

from harvester.lake.documents.plan import Titles
from harvester.lake.title_ids import media_type_of, unpack
from harvester.model import Asked, InputFacts, Kind

_KIND: Final[dict[str | None, Kind]] = {"movie": "movie", "tv": "series"}
_ALWAYS_HASHED: Final = ("endpoints", "language", "genres", "limit", "format", "host")


def lay_out(inputs: Iterable[tuple[Kind, list[int]]], limit: int | None) -> Titles:
    """Return the titles of each input's packed ids, in order, the first `limit` of them.

    A title asked for by TMDB's id is of the kind that its id names.
    """
    data = bytearray()  # a list of the lines would take three times as much
    count = 0
    for kind, numbers in inputs:
        left = len(numbers) if limit is None else limit - count
        taken = numbers[: max(left, 0)]
        count += len(taken)
        for number in taken:
            own = _KIND.get(media_type_of(number), kind)
            data += b'{"id":"%b","kind":"%b"}\n' % (unpack(number).encode(), own.encode())
    return Titles(bytes(data))


def digest(inputs: Iterable[InputFacts], asked: Asked) -> str:
    """Return the 8 hex digits by which the same command finds its run again.

    What 0.1.0 asked is hashed as it was then; a later field only when it is not at its default, so
    an unfinished run of an earlier version is found by its old command.
    """
    hashed: dict[str, Any] = {name: getattr(asked, name) for name in _ALWAYS_HASHED}
    for field in fields(Asked):
        if field.name not in hashed and getattr(asked, field.name) != field.default:
            hashed[field.name] = getattr(asked, field.name)
    what: list[Any] = [[(facts.sha256, facts.kind) for facts in inputs], hashed]
    return hashlib.sha256(orjson.dumps(what)).hexdigest()[:8]
