"""Records → record files: at most 100 records and less than 10 MB each, bodies unchanged."""

import hashlib
from dataclasses import dataclass, field

from harvester.lake.keys import structure
from harvester.model import Format, Record

MAX_RECORDS = 100
MAX_BYTES = 10_000_000
"""A record file is smaller than this."""

_SEPARATOR = b",\n"
# Outside strings, CR and LF are white space; inside strings, JSON requires them escaped (RFC 8259,
# section 7): in a valid body each can be replaced by a space, which makes a record one line.
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One closed record file: its structure, its part number within the unit, and its bytes."""

    structure: str
    part: int
    records: int
    data: bytes
    sha256: str


@dataclass(slots=True)
class _Open:
    """A file being written: pieces of bytes, joined once when it is closed."""

    part: int
    records: int = 0
    size: int = 0
    pieces: list[bytes] = field(default_factory=list)


def envelope(record: Record) -> bytes:
    """Return the bytes before the body; a `}` after the body closes the record.

    No value needs escaping: ids, names and times are generated, and `settings` has validated the
    language.
    """
    tmdb_id = "null" if record.tmdb_id is None else str(record.tmdb_id)
    media_type = "null" if record.media_type is None else f'"{record.media_type}"'
    language = "null" if record.language is None else f'"{record.language}"'
    return (
        f'{{"imdb_id":"{record.imdb_id}","tmdb_id":{tmdb_id},"media_type":{media_type},'
        f'"endpoint":"{record.endpoint}","language":{language},'
        f'"fetched_at":"{record.fetched_at}","response":'
    ).encode()


def fits(record: Record) -> bool:
    """Return whether a record fits into a file of its own."""
    if len(record.body) < MAX_BYTES // 2:  # nearly all records
        return True
    return 2 + len(envelope(record)) + len(record.body) + 1 < MAX_BYTES


class Packer:
    """Packs one unit's records, in the order given, into files of one structure each."""

    def __init__(self, layout: Format) -> None:
        self._layout = layout
        # Bytes around each record: a bracket or comma and a newline or bracket; or `\n`.
        self._around = 2 if layout == "array" else 1
        self._open: dict[str, _Open] = {}

    def add(self, record: Record) -> RecordFile | None:
        """Add a record that `fits`; return the file that had to be closed first, if any."""
        folder = structure(record.endpoint, record.media_type)
        head = envelope(record)
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
        """Close and return the files that are still open."""
        return [self._close(folder, file) for folder, file in self._open.items() if file.records]

    def _close(self, folder: str, file: _Open) -> RecordFile:
        if self._layout == "array":
            file.pieces.append(b"]")
        data = b"".join(file.pieces)
        return RecordFile(folder, file.part, file.records, data, hashlib.sha256(data).hexdigest())
