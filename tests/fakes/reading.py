"""Reads one input as a run does, in chunks of any size."""

import itertools

from harvester.errors import InputError
from harvester.inputs.reader import TitleReader
from harvester.model import InputFacts, Kind

Result = tuple[InputFacts, list[int]] | str


def read(
    data: bytes | str,
    name: str = "lista.csv",
    *,
    kind: Kind | None = None,
    genres: frozenset[str] = frozenset(),
    seen: set[int] | None = None,
    chunk: int = 1 << 20,
) -> tuple[InputFacts, list[int]]:
    """Read a whole input in chunks of this many bytes."""
    raw = data.encode() if isinstance(data, str) else data
    reader = TitleReader(name, kind=kind, genres=genres, seen=set() if seen is None else seen)
    for start in range(0, len(raw), chunk):
        reader.feed(raw[start : start + chunk])
    return reader.close()


def read_cut(data: bytes, cuts: list[int], genres: frozenset[str] = frozenset()) -> Result:
    """Feed `data` cut at these places; an `InputError` is a result, any other error is raised."""
    reader = TitleReader("x", genres=genres, seen=set())
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    try:
        for start, end in itertools.pairwise(places):
            reader.feed(data[start:end])
        return reader.close()
    except InputError as error:
        return str(error)
