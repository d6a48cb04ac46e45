"""Records → record files: at most 100 records and less than 10 MB each, bodies untouched."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from harvester import json_text
from harvester.model import Format, Record

MAX_RECORDS = 100
MAX_BYTES = 10_000_000
"""A record file is smaller than this."""

_SEPARATOR = b",\n"
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
# Outside strings CR and LF are white space, and inside strings JSON forbids them raw (RFC 8259,
# section 7): in a valid body each may become a space, and then a record is one line.
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One closed record file: its folder, which part of its unit it is, and its bytes."""

    folder: str
    part: int
    records: int
    data: bytes
    sha256: str


@dataclass(slots=True)
class _Open:
    """A file being filled: pieces of bytes, joined once when it closes."""

    part: int
    records: int = 0
    size: int = 0
    pieces: list[bytes] = field(default_factory=list)


def fits(record: Record) -> bool:
    """Say whether a record fits into a file of its own."""
    if len(record.body) < MAX_BYTES // 2:  # all but the most unusual
        return True
    return 2 + len(record.envelope) + len(record.body) + 1 < MAX_BYTES


class Packer:
    """Packs one unit's records, in the order they are given, into files of one folder each."""

    def __init__(self, layout: Format) -> None:
        self._layout = layout
        # What a record costs beside itself: a bracket or comma and a newline or bracket; or `\n`.
        self._around = 2 if layout == "array" else 1
        self._open: dict[str, _Open] = {}

    def add(self, record: Record) -> RecordFile | None:
        """Take a record that `fits`; return the file that had to close before it, if any."""
        folder, head = record.folder, record.envelope
        size = len(head) + len(record.body) + 1 + self._around
        file = self._open.setdefault(folder, _Open(part=0))
        closed = None
        if file.records == MAX_RECORDS or file.size + size >= MAX_BYTES:
            closed = self._close(folder, file)
            file = self._open[folder] = _Open(part=file.part + 1)
        body = record.body if self._layout == "array" else record.body.translate(_ONE_LINE)
        if self._layout == "array":
            file.pieces += (_SEPARATOR if file.records else b"[", head, body, b"}")
        else:
            file.pieces += (head, body, b"}\n")
        file.records += 1
        file.size += size
        return closed

    def finish(self) -> list[RecordFile]:
        """Return the files still open, closed."""
        return [self._close(folder, file) for folder, file in self._open.items() if file.records]

    def _close(self, folder: str, file: _Open) -> RecordFile:
        if self._layout == "array":
            file.pieces.append(b"]")
        data = b"".join(file.pieces)
        return RecordFile(folder, file.part, file.records, data, hashlib.sha256(data).hexdigest())


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
    return [memoryview(raw) for raw in _ARRAY.decode(data)]
