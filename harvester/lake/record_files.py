"""Records → record files: at most 100 records and less than 10 MB each, bodies untouched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from harvester.lake import json_text
from harvester.model import Body, Format, Record

MAX_RECORDS = 100
MAX_BYTES = 10_000_000
"""A record file is smaller than this."""

_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
# Outside strings CR and LF are white space, and inside strings JSON forbids them raw (RFC 8259,
# section 7): in a valid body each may become a space, and then a record is one line.
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")


class _Around(NamedTuple):
    """What stands before, between and after envelopes with their bodies; a `}` closes each."""

    first: bytes
    between: bytes
    last: bytes


_AROUND: dict[Format, _Around] = {
    "array": _Around(b"[", b"},\n", b"}]"),
    "lines": _Around(b"", b"}\n", b"}\n"),
}


@dataclass(slots=True)
class RecordFile:
    """One record file: its folder, which part of its unit it is, and what it holds.

    `data` joins it when it is asked for: until then, large bodies may lie in a temporary file.
    """

    folder: str
    part: int
    layout: Format
    records: int = 0
    size: int = 0
    pieces: list[tuple[bytes, Body]] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        """Its `size` bytes, joined again each time."""
        joined: list[bytes] = []
        for before, body in self.pieces:
            raw = bytes(body)
            joined += (before, raw if self.layout == "array" else raw.translate(_ONE_LINE))
        joined.append(_AROUND[self.layout].last)
        return b"".join(joined)


def fits(record: Record) -> bool:
    """Say whether a record fits into a file of its own."""
    if len(record.body) < MAX_BYTES // 2:  # all but the most unusual
        return True
    return 2 + len(record.envelope) + len(record.body) + 1 < MAX_BYTES


class Packer:
    """Packs one unit's records, in the order they are given, into files of one folder each."""

    def __init__(self, layout: Format) -> None:
        self._layout = layout
        around = _AROUND[layout]
        self._first, self._between = around.first, around.between
        self._open: dict[str, RecordFile] = {}

    def add(self, record: Record) -> RecordFile | None:
        """Take a record that `fits`; return the file that had to close before it, if any."""
        file = self._open.get(record.folder)
        if file is None:
            file = self._open[record.folder] = RecordFile(record.folder, 0, self._layout)
        # In either layout each record costs as much as one between others.
        size = len(record.envelope) + len(record.body) + len(self._between)
        closed = None
        if file.records == MAX_RECORDS or file.size + size >= MAX_BYTES:
            closed = file
            file = RecordFile(record.folder, file.part + 1, self._layout)
            self._open[record.folder] = file
        before = self._between if file.records else self._first
        file.pieces.append((before + record.envelope, record.body))
        file.records += 1
        file.size += size
        return closed

    def finish(self) -> list[RecordFile]:
        """Return the files still open."""
        return [file for file in self._open.values() if file.records]


def read_records(data: bytes, layout: Format) -> Any:
    """Return what a file holds: a list of records, if it is a record file.

    A body that is JSON but odd is read, too. Raises `ValueError` for what is no JSON.
    """
    if layout == "lines":
        return [json_text.loads(line) for line in data.splitlines()]
    return json_text.loads(data)


def raw_records(data: bytes, layout: Format) -> Sequence[bytes | memoryview]:
    """Return the records of a file, each still JSON. Raises `ValueError` when it is not one."""
    if layout == "lines":
        return data.splitlines()
    try:
        return [memoryview(raw) for raw in _ARRAY.decode(data)]
    except (msgspec.DecodeError, RecursionError):  # it may be odd and yet be JSON
        if isinstance(json_text.loads(data), list):
            return json_text.elements(data)
        raise
