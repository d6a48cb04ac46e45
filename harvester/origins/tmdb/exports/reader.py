"""Bytes of a daily file of ids → its titles, most popular first. Pure and incremental: no I/O.

https://developer.themoviedb.org/docs/daily-id-exports: JSON lines, in no useful order.
"""

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from harvester.errors import InputError
from harvester.lake.gunzip import GZIP_MAGIC, Gunzip
from harvester.lake.title_ids import pack_tmdb
from harvester.model import Reject
from harvester.origins.tmdb.exports.export_file import Export

BAD_SHARE: Final = 0.001
"""Of the lines: a file with more bad ones is not what TMDB meant to publish."""

_MAX_LINE: Final = 1 << 20
_MAX_ID: Final = 10**10
_ID_BITS: Final = 34
_MAX_SCORE: Final = (1 << 30) - 1
_SHOWN: Final = 5


class _Line(msgspec.Struct):
    id: int
    popularity: float | None = None
    adult: bool | None = None
    video: bool | None = None


_NO_TITLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_LINES: Final = msgspec.json.Decoder(list[_Line])
_ONE: Final = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class ExportTitles:
    """What a file holds: packed ids, its lines, those that are no title, and the first of them."""

    numbers: "array[int]"
    lines: int
    bad: int
    rejects: tuple[Reject, ...]
    bytes: int
    sha256: str


class ExportReader:
    """Reads one file: iterate over `feed` of all stored chunks, then `close` it; 60 bytes a title.

    Titles below the popularity `least` are left out; so are videos, unless `with_videos`, and
    adult titles in a file that is not of them. Both methods raise `InputError`.
    """

    def __init__(
        self, name: str, export: Export, *, least: float = 0.0, with_videos: bool = True
    ) -> None:
        self._name = name
        self._export = export
        self._least = least
        self._with_videos = with_videos
        self._sha256 = hashlib.sha256()
        self._bytes = 0
        self._magic: bytes | None = b""
        self._gunzip: Gunzip | None = None
        self._carry = b""
        self._keys: list[int] = []
        self._lines = 0
        self._bad = 0
        self._rejects: list[Reject] = []

    def feed(self, chunk: bytes) -> Iterator[None]:
        """Process the next bytes; give way after each piece that they inflate to."""
        self._sha256.update(chunk)
        self._bytes += len(chunk)
        if self._magic is not None:
            chunk = self._magic = self._magic + chunk
            if len(chunk) < len(GZIP_MAGIC):
                return
            self._magic = None
            if chunk.startswith(GZIP_MAGIC):
                self._gunzip = Gunzip(self._name)
        for piece in self._gunzip.feed(chunk) if self._gunzip else (chunk,):
            self._take(piece)
            yield

    def close(self) -> ExportTitles:
        """Return the titles, the most popular first, then by id; one that is twice there once."""
        if self._gunzip:
            self._gunzip.close()
        if self._carry or self._magic:
            self._take((self._magic or b"") + b"\n")
        if not self._lines:
            raise InputError(f"{self._name} holds no line: download it again")
        if self._bad > BAD_SHARE * self._lines:
            first = self._rejects[0]
            raise InputError(
                f"{self._name} has {self._bad:,} bad lines of {self._lines:,}, the first in line "
                f"{first.line} ({first.why}): it is no whole export of TMDB; download it again"
            )
        return ExportTitles(
            self._ranked(),
            self._lines,
            self._bad,
            tuple(self._rejects),
            self._bytes,
            self._sha256.hexdigest(),
        )

    def _take(self, piece: bytes) -> None:
        text = self._carry + piece
        end = text.rfind(b"\n") + 1
        self._carry = text[end:]
        if len(self._carry) > _MAX_LINE:
            raise InputError(f"{self._name} has a line of more than 1 MB, which no export has")
        block = text[:end]
        if not block:
            return
        count = block.count(b"\n")
        try:
            # As one array: four times as fast as line by line.
            titles = _LINES.decode(b"[" + block[:-1].replace(b"\n", b",") + b"]")
        except _NO_TITLE:
            titles = []
        if len(titles) == count:
            for offset, title in enumerate(titles, 1):
                self._add(title, self._lines + offset)
        else:  # a bad line, a blank one, or two on one line
            self._one_by_one(block)
        self._lines += count

    def _one_by_one(self, block: bytes) -> None:
        for number, line in enumerate(block[:-1].split(b"\n"), self._lines + 1):
            try:
                title = _ONE.decode(line)
            except _NO_TITLE:
                self._reject(number, line, "is no object with an id")
            else:
                self._add(title, number)

    def _add(self, title: _Line, line: int) -> None:
        popularity = max(title.popularity or 0.0, 0.0)  # a popularity below 0 is none
        if not 0 < title.id < _MAX_ID:
            self._reject(line, b"%d" % title.id, "has an id that no title has")
        elif (
            popularity >= self._least
            and (self._with_videos or not title.video)
            and (self._export.is_adult or not title.adult)
        ):
            score = int(min(popularity * 10_000, _MAX_SCORE))
            self._keys.append(title.id << 30 | score)

    def _reject(self, line: int, text: bytes, why: str) -> None:
        self._bad += 1
        if len(self._rejects) < _SHOWN:
            self._rejects.append(Reject(line, text[:80].decode(errors="replace"), why))

    def _ranked(self) -> "array[int]":
        """Return the packed ids; sorted in place, as a second list would double the memory."""
        keys = self._keys
        keys.sort(reverse=True)  # of one id, the highest popularity comes first
        previous, kept = 0, 0
        for key in keys:
            tmdb_id = key >> 30
            if tmdb_id != previous:
                keys[kept] = (key & _MAX_SCORE) << _ID_BITS | (_MAX_ID - tmdb_id)
                kept += 1
            previous = tmdb_id
        del keys[kept:]
        keys.sort(reverse=True)
        base, mask = pack_tmdb(self._export.media_type, 0), (1 << _ID_BITS) - 1
        return array("Q", (base | (_MAX_ID - (key & mask)) for key in keys))
