"""The id map: TMDB ids known from elsewhere, as CSV, which need not be asked of `/find` again.

It is the `outcomes.csv` that a run writes, or a CSV with `imdb_id,tmdb_id,media_type`, which runs
wrote before, and people do.
"""

import re
from collections.abc import Iterable, Iterator

from harvester.errors import InputError
from harvester.inputs.imdb_id import number_of
from harvester.inputs.locate import csv_inputs
from harvester.lake.documents import outcomes
from harvester.lake.documents.id_map import HEADER
from harvester.lake.feeding import feed
from harvester.lake.gunzip import GZIP_MAGIC, Gunzip
from harvester.origins.known_ids import MEDIA_TYPES, KnownIds
from harvester.stores import Store

_TMDB_ID = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_SHOWN = 60
_LONGEST_LINE = 1_000


class IdMapReader:
    """Feeds on the bytes of one map, plain or gzipped, and fills a `KnownIds`.

    Iterate over `feed` of all chunks, then `close` it. Raises `InputError` naming file and line
    for anything that is not a row of a map.
    """

    def __init__(self, name: str, known: KnownIds) -> None:
        self._name = name
        self._known = known
        self._line = 0
        self._rest = b""
        self._gunzip: Gunzip | None = None
        self._begun = False
        self._take_row = self._row

    def feed(self, chunk: bytes) -> Iterator[None]:
        """Take the next bytes of the file; give way after each piece that they inflate to."""
        if not self._begun and chunk:
            self._begun = True
            if chunk.startswith(GZIP_MAGIC[: len(chunk)]):
                self._gunzip = Gunzip(self._name)
        for piece in (chunk,) if self._gunzip is None else self._gunzip.feed(chunk):
            *lines, self._rest = (self._rest + piece).split(b"\n")
            self._take(lines)
            if len(self._rest) > _LONGEST_LINE:
                self._line += 1
                raise self._bad("is too long")
            yield

    def close(self) -> None:
        """Take what is left. Raises `InputError` when there was nothing at all."""
        if self._gunzip is not None:
            self._gunzip.close()
        self._take([self._rest] if self._rest else [])
        if self._line == 0:
            raise InputError(f"{self._name} is empty: its first line must be {','.join(HEADER)}")

    def _take(self, lines: list[bytes]) -> None:
        for line in lines:
            self._line += 1
            text = line.decode(errors="replace").removesuffix("\r")
            if self._line == 1:
                self._header(tuple(text.removeprefix("\ufeff").split(",")), text)
            elif text:
                self._take_row(text)

    def _header(self, header: tuple[str, ...], text: str) -> None:
        if header == outcomes.HEADER:
            self._take_row = self._outcome
        elif header != HEADER:
            must = f"must be {','.join(HEADER)}"
            raise self._bad(f"{must}, or that of a run's outcomes.csv, not {text[:_SHOWN]!r}", must)

    def _row(self, text: str) -> None:
        imdb_id, _, rest = text.partition(",")
        tmdb_id, _, named = rest.partition(",")
        number = number_of(imdb_id)
        if number is None or not _TMDB_ID.fullmatch(tmdb_id):
            what = "is no row such as tt0111161,278,movie"
            raise self._bad(f"{what}: {text[:_SHOWN]!r}", what)
        media_type = next((known for known in MEDIA_TYPES if known == named), None)
        if media_type is None:
            what = f"has the media type {named[:_SHOWN]!r}, not movie or tv"
            raise self._bad(what, "has a media type that is not movie or tv")
        self._known.add(number, int(tmdb_id), media_type)

    def _outcome(self, text: str) -> None:
        try:
            row = outcomes.read_line(text)
        except ValueError:
            what = "is no line of a run's outcomes.csv"
            raise self._bad(f"{what}: {text[:_SHOWN]!r}", what) from None
        if row.outcome != "harvested" or not row.imdb_id:
            return
        if isinstance(row.origin_id, int) and row.media_type is not None:
            self._known.add(row.imdb_id, row.origin_id, row.media_type)

    def _bad(self, what: str, unquoted: str | None = None) -> InputError:
        where, way = f"{self._name}, line {self._line}", "fix the map or leave it out"
        return InputError(f"{where} {what}; {way}", unquoted=f"{where} {unquoted or what}; {way}")


async def read_id_map(name: str, wanted: Iterable[int], store: Store) -> KnownIds:
    """Read a map from a file, a folder of them or an s3:// key. Raises `InputError`."""
    known = KnownIds(wanted)
    for one in csv_inputs(name, None, store, "name a file, a folder or an s3:// key"):
        reader = IdMapReader(one.name, known)
        await feed(reader, one.chunks())
        reader.close()
    return known
