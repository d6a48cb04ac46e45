"""The id map: TMDB ids known from an earlier run, as CSV with `imdb_id,tmdb_id,media_type`.

A run writes one of what it found; the next one that is given it need not ask `/find` again.
"""

import re
from collections.abc import Iterable

from harvester.errors import InputError
from harvester.inputs.gunzip import GZIP_MAGIC, Gunzip
from harvester.inputs.imdb_id import number_of
from harvester.inputs.locate import CsvInput, find_inputs
from harvester.lake.documents.id_map import HEADER
from harvester.origins.known_ids import MEDIA_TYPES, KnownIds
from harvester.stores import Store

_TMDB_ID = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_SHOWN = 60
_LONGEST_LINE = 1_000


class IdMapReader:
    """Feeds on the bytes of one map, plain or gzipped, and fills an `KnownIds`.

    Raises `InputError` naming file and line for anything that is not a row of a map.
    """

    def __init__(self, name: str, known: KnownIds) -> None:
        self._name = name
        self._known = known
        self._line = 0
        self._rest = b""
        self._gunzip: Gunzip | None = None
        self._begun = False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
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
                if tuple(text.removeprefix("\ufeff").split(",")) != HEADER:
                    raise self._bad(f"must be {','.join(HEADER)}, not {text[:_SHOWN]!r}")
            elif text:
                self._row(text)

    def _row(self, text: str) -> None:
        imdb_id, _, rest = text.partition(",")
        tmdb_id, _, named = rest.partition(",")
        number = number_of(imdb_id)
        if number is None or not _TMDB_ID.fullmatch(tmdb_id):
            raise self._bad(f"is no row such as tt0111161,278,movie: {text[:_SHOWN]!r}")
        media_type = next((known for known in MEDIA_TYPES if known == named), None)
        if media_type is None:
            raise self._bad(f"has the media type {named[:_SHOWN]!r}, not movie or tv")
        self._known.add(number, int(tmdb_id), media_type)

    def _bad(self, what: str) -> InputError:
        return InputError(f"{self._name}, line {self._line} {what}; mend the map or leave it out")


async def read_id_map(name: str, wanted: Iterable[int], store: Store) -> KnownIds:
    """Read a map from a file, a folder of them or an s3:// key. Raises `InputError`."""
    known = KnownIds(wanted)
    for one in await find_inputs((name,), None, store):
        if not isinstance(one, CsvInput):
            raise InputError(f"{name} is not an id map: name a file, a folder or an s3:// key")
        reader = IdMapReader(one.name, known)
        async for chunk in one.chunks():
            reader.feed(chunk)
        reader.close()
    return known
