"""Ids → units: what one run has to do, fixed before its first request."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from harvester.inputs import InputFacts, canonical
from harvester.lake.keys import Format
from harvester.model import Kind, Title
from harvester.origins.tmdb.endpoints import FIND

UNIT_SIZE = 100
"""Titles in a unit: its records of one endpoint fill at most one file by count."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a run decides its records, and so its id; speed does not.

    `host` is TMDB's, or `simulator`.
    """

    endpoints: tuple[str, ...]
    language: str | None
    genres: tuple[str, ...]
    limit: int | None
    format: Format
    host: str

    @property
    def requests_a_title(self) -> int:
        """The most requests a title takes: find, and one for each other endpoint."""
        return 1 + len([name for name in self.endpoints if name != FIND])


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: its inputs, what is asked of them, and how many titles that makes.

    `digest` is the 8 hex digits that the same command gives again; `date` stands in every path.
    `retry_of` is the run whose failed titles this one takes up.
    """

    run: str
    digest: str
    date: date
    created_at: str
    inputs: tuple[InputFacts, ...]
    asked: Asked
    synthetic: bool
    titles: int
    titles_sha256: str
    retry_of: str | None = None

    @property
    def units(self) -> int:
        """The number of units; they are numbered from 0."""
        return -(-self.titles // UNIT_SIZE)

    def unit_size(self, unit: int) -> int:
        """Return how many titles a unit has; one beyond the plan has none."""
        return max(0, min(UNIT_SIZE, self.titles - unit * UNIT_SIZE))


class Titles:
    """The plan's titles in order, kept as the bytes of `plan-titles.jsonl`: 40 bytes a title."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts = [0]
        at = count = 0
        while (at := data.find(b"\n", at) + 1) > 0:
            count += 1
            if count % UNIT_SIZE == 0:
                self._starts.append(at)
        self._count = count

    def __len__(self) -> int:
        return self._count

    @property
    def sha256(self) -> str:
        """The hash that the plan remembers."""
        return hashlib.sha256(self.data).hexdigest()

    def unit(self, unit: int) -> list[Title]:
        """Return the titles of one unit."""
        end = self._starts[unit + 1] if unit + 1 < len(self._starts) else len(self.data)
        lines = self.data[self._starts[unit] : end].splitlines()
        return [Title(row["imdb_id"], row["kind"]) for row in map(orjson.loads, lines)]


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
