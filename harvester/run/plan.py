"""Ids → units: what one run has to do, fixed before its first request."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from harvester.inputs.imdb_id import canonical
from harvester.lake.documents.plan import Titles
from harvester.model import Asked, InputFacts, Kind


def lay_out(inputs: Iterable[tuple[Kind, list[int]]], limit: int | None) -> Titles:
    """Return the titles of each input's numbers, in order, the first `limit` of them."""
    data = bytearray()  # a list of the lines would take three times as much
    count = 0
    for kind, numbers in inputs:
        left = len(numbers) if limit is None else limit - count
        taken = numbers[: max(left, 0)]
        count += len(taken)
        for number in taken:
            data += b'{"imdb_id":"%b","kind":"%b"}\n' % (canonical(number).encode(), kind.encode())
    return Titles(bytes(data))


def digest(inputs: Iterable[InputFacts], asked: Asked) -> str:
    """Return the 8 hex digits by which the same command finds its run again."""
    what: list[Any] = [[(facts.sha256, facts.kind) for facts in inputs], asked]
    return hashlib.sha256(orjson.dumps(what)).hexdigest()[:8]
