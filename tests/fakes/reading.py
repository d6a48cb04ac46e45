"""Reads one input as a run does, in chunks of any size."""

import itertools
from collections import deque
from collections.abc import Sequence

from harvester.errors import InputError
from harvester.inputs.reader import TitleReader
from harvester.lake.conditions import Condition
from harvester.model import InputFacts, Kind

Result = tuple[InputFacts, list[int]] | str


def genres(*names: str) -> tuple[Condition, ...]:
    """Return the conditions of `--genre` with each of these names."""
    return tuple(Condition("genre", name) for name in names)


def read(
    data: bytes | str,
    name: str = "lista.csv",
    *,
    kind: Kind | None = None,
    where: Sequence[Condition] = (),
    seen: set[int] | None = None,
    chunk: int = 1 << 20,
) -> tuple[InputFacts, list[int]]:
    """Read a whole input in chunks of this many bytes."""
    raw = data.encode() if isinstance(data, str) else data
    reader = TitleReader(name, kind=kind, where=where, seen=set() if seen is None else seen)
    for start in range(0, len(raw), chunk):
        deque(reader.feed(raw[start : start + chunk]), 0)
    return reader.close()


def read_cut(data: bytes, cuts: list[int], where: Sequence[Condition] = ()) -> Result:
    """Feed `data` cut at these places; an `InputError` is a result, any other error is raised."""
    reader = TitleReader("x", where=where, seen=set())
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    try:
        for start, end in itertools.pairwise(places):
            deque(reader.feed(data[start:end]), 0)
        return reader.close()
    except InputError as error:
        return str(error)
