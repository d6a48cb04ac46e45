"""The id map: TMDB ids known from an earlier run, as CSV with `imdb_id,tmdb_id,media_type`.

Each run writes one with the ids it found; a later run that reads it needs no `/find` for them.
"""

import re
from collections.abc import Iterable

from harvester.errors import InputError
from harvester.inputs.gunzip import GZIP_MAGIC, Gunzip
from harvester.inputs.imdb_id import number_of
from harvester.inputs.locate import find_inputs
from harvester.lake.documents.id_map import HEADER
from harvester.origins.tmdb.known_ids import MEDIA_TYPES, IdMap
from harvester.stores import Store

_TMDB_ID = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_SHOWN = 60
_LONGEST_LINE = 1_000


class IdMapReader:
    """Reads the bytes of one map, plain or gzipped, into an `IdMap`.

    Raises `InputError` naming file and line for anything that is not a row of a map.
    """

    def __init__(self, name: str, known: IdMap) -> None:
        self._name = name
        self._known = known
        self._line = 0
        self._rest = b""
        self._gunzip: Gunzip | None = None
        self._begun = False

    def feed(self, chunk: bytes) -> None:
        """Process the next bytes of the file."""
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
        """Process what is left. Raises `InputError` when the file was empty."""
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


async def read_id_map(name: str, wanted: Iterable[int], store: Store) -> IdMap:
    """Read a map from a file, a folder of them or an s3:// key. Raises `InputError`."""
    known = IdMap(wanted)
    for one in await find_inputs((name,), None, store):
        reader = IdMapReader(one.name, known)
        async for chunk in one.chunks():
            reader.feed(chunk)
        reader.close()
    return known
