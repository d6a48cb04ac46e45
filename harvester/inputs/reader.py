"""Bytes of one input → the distinct titles in it. Pure and incremental: no I/O.

Disk, stdin and S3 feed the same `TitleReader` with chunks of any size, compressed or not:
stored bytes → (gunzip) → blocks of whole lines → the format of the first line (`rows`).
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from harvester.errors import InputError
from harvester.inputs.gunzip import GZIP_MAGIC, Gunzip
from harvester.inputs.imdb_id import listed_id
from harvester.inputs.layout import Findings, bare_layout, layout_of, sniff, unquoted
from harvester.inputs.quoted import QuotedRows
from harvester.inputs.rows import MAX_LINE, ListRows, PipeRows, Rows
from harvester.model import InputFacts, Kind

__all__ = ["TitleReader"]

_PIECE: Final = 1 << 16  # no larger: see `runtime.give_back_large_blocks`
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_BLANK_LINES: Final = re.compile(rb"(?:[ \t\r\v\f]*+\n)*+")
_WHAT_WE_READ: Final = "give a CSV with a header line, or a list of IMDb ids, one a line"
# Longer signatures first: UTF-32's begins with UTF-16's.
_FOREIGN: Final[dict[bytes, str]] = {
    b"PK\x03\x04": "is a zip archive: unpack it first",
    b"\xff\xfe\0\0": "is encoded in UTF-32: save it as UTF-8",
    b"\0\0\xfe\xff": "is encoded in UTF-32: save it as UTF-8",
    b"\xff\xfe": "is encoded in UTF-16: save it as UTF-8",
    b"\xfe\xff": "is encoded in UTF-16: save it as UTF-8",
}


class TitleReader:
    """Reads one input: `feed` it all chunks, then `close` it.

    Both raise `InputError`, one sentence that names the input; the reader is unusable afterwards.
    """

    def __init__(
        self,
        name: str,
        *,
        kind: Kind | None = None,
        genres: frozenset[str] = frozenset(),
        seen: set[int],
    ) -> None:
        """Start an input; `seen` has the ids of earlier inputs, and `close` adds those of this one.

        `kind` overrides the kind indicated by columns and name. With `genres`, a title is included
        if a row of it has one of them as an element of its genre column, ignoring case.
        """
        self._name = name
        self._kind = kind
        self._seen = seen
        self._findings = Findings(name, frozenset(genre.casefold() for genre in genres))
        self._sha256 = hashlib.sha256()
        self._bytes = 0
        self._magic = b""
        self._gunzip: Gunzip | None = None
        self._plain = False
        self._begun = False
        self._carry: list[bytes] = []
        self._carried = 0
        self._line = 1
        self._rows: Rows | None = None

    def feed(self, chunk: bytes) -> None:
        """Process the next bytes of the input as stored."""
        for start in range(0, len(chunk), _PIECE):
            piece = chunk[start : start + _PIECE]
            self._sha256.update(piece)
            self._bytes += len(piece)
            self._stored(piece)

    def close(self) -> tuple[InputFacts, list[int]]:
        """Return the facts, and the numbers of ids that no earlier input had.

        The numbers are in the order in which their titles were found.
        """
        if self._gunzip:
            self._gunzip.close()
        elif not self._plain:
            self._text(self._magic)
        if self._carry:
            self._text(b"\n")
        if self._rows is None:
            what = "holds nothing but blank lines" if self._bytes else "is empty"
            raise InputError(f"{self._name} {what}: {_WHAT_WE_READ}")
        self._rows.close()
        found = self._findings
        if not found.rows:
            raise InputError(f"{self._name} has a header line but no rows: {_WHAT_WE_READ}")
        if found.rejected == found.rows:
            first = found.rejects[0]
            raise InputError(
                f"{self._name} has no row with an IMDb title id, see line {first.line} "
                f"({first.why}): {_WHAT_WE_READ}"
            )
        facts = InputFacts(
            name=self._name,
            kind=self._kind or _kind_of(self._rows.names, self._name),
            bytes=self._bytes,
            sha256=self._sha256.hexdigest(),
            rows=found.rows,
            distinct=len(found.taken),
            rejected=found.rejected,
            rejects=tuple(found.rejects),
        )
        new = [number for number in found.taken if number not in self._seen]
        self._seen.update(new)
        return facts, new

    def _stored(self, piece: bytes) -> None:
        if self._plain:
            self._text(piece)
            return
        if self._gunzip is None:
            piece = self._magic = self._magic + piece
            if len(piece) < len(GZIP_MAGIC):
                return
            if not piece.startswith(GZIP_MAGIC):
                self._plain = True
                self._text(piece)
                return
            self._gunzip = Gunzip(self._name)
        for output in self._gunzip.feed(piece):
            self._text(output)

    def _text(self, piece: bytes) -> None:
        """Split the text into blocks of whole lines; an incomplete line is held back."""
        end = piece.rfind(b"\n") + 1
        if not end:
            self._hold(piece)
            return
        block = b"".join((*self._carry, memoryview(piece)[:end]))  # one copy
        # Only a line that spans pieces can be too long.
        self._check_length(block.find(b"\n"), block)
        self._carry.clear()
        self._carried = 0
        self._hold(piece[end:])
        self._block(block)

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._carry.append(piece)
            self._carried += len(piece)
            self._check_length(self._carried, self._carry[0])

    def _check_length(self, length: int, beginning: bytes) -> None:
        if length > MAX_LINE:
            if not self._begun:
                self._refuse_foreign(beginning)
            raise InputError(
                f"{self._name} has a line of more than 10 MB, which no list of titles has: "
                f"{_WHAT_WE_READ}"
            )

    def _block(self, block: bytes) -> None:
        if not self._begun:
            self._begun = True
            self._refuse_foreign(block)
            block = block.removeprefix(_UTF8_BOM)
        if self._rows is None:
            blank = _BLANK_LINES.match(block)
            end = blank.end() if blank else 0
            self._line += block.count(b"\n", 0, end)
            block = block[end:]
            if not block:
                return
            self._rows, block = self._open(block)
        self._rows.add(block)

    def _refuse_foreign(self, beginning: bytes) -> None:
        for mark, what in _FOREIGN.items():
            if beginning.startswith(mark):
                raise InputError(f"{self._name} {what}")

    def _open(self, block: bytes) -> tuple[Rows, bytes]:
        """Return the reader for the first line's format, and the block with which it starts."""
        raw, _, rest = block.partition(b"\n")
        line = raw.decode("utf-8", "replace").rstrip("\r")
        found = self._findings
        if listed_id(unquoted(line)) is not None:
            return ListRows(found, bare_layout(found), self._line), block
        if "\r" in line:
            raise InputError(f"{self._name} ends its lines with CR: save it with LF or CR LF")
        delimiter, names = sniff(line)
        if len(names) == 1:
            layout = layout_of([unquoted(line)], found)
            return ListRows(found, layout, self._line + 1), rest
        if delimiter == "|":
            return PipeRows(found, layout_of(names, found), self._line + 1), rest
        return QuotedRows(found, delimiter, self._line), block


def _kind_of(columns: Sequence[str], name: str) -> Kind:
    """Return the kind indicated by an input's columns, else by its base name, else movies."""
    folded = {column.casefold() for column in columns}
    if "anotermino" in folded:
        return "series"
    # The course's files have the typo; corrected copies don't.
    if folded & {"titulopincipal", "tituloprincipal"}:
        return "movie"
    base = unicodedata.normalize("NFKD", re.split(r"[/\\]", name)[-1]).casefold()
    plain = "".join(char for char in base if not unicodedata.combining(char))
    return "series" if re.search("serie|tv|shows", plain) else "movie"
