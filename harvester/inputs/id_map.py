"""The id map: TMDB ids known from an earlier run, as CSV with `imdb_id,tmdb_id,media_type`.

A run writes one of what it found; the next one that is given it need not ask `/find` again.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable

from harvester.errors import InputError
from harvester.inputs.gunzip import GZIP_MAGIC, Gunzip
from harvester.inputs.imdb_id import number_of
from harvester.inputs.locate import find_inputs
from harvester.lake import keys
from harvester.lake.documents.manifest import manifests
from harvester.lake.documents.plan import Plan
from harvester.model import MediaType
from harvester.stores import Store

HEADER = ("imdb_id", "tmdb_id", "media_type")

_TMDB_ID = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_MEDIA_TYPES: tuple[MediaType, MediaType] = ("movie", "tv")
_SHOWN = 60
_LONGEST_LINE = 1_000


class IdMap:
    """What is known of the titles that a run asks for: 16 bytes each, 4 MB for 250,000.

    `wanted` are IMDb numbers; others are not kept.
    """

    def __init__(self, wanted: Iterable[int] = ()) -> None:
        self._numbers = array("Q", sorted(wanted))
        self._ids = array("Q", bytes(8 * len(self._numbers)))  # TMDB's id and the media type's bit

    def __len__(self) -> int:
        return len(self._ids) - self._ids.count(0)

    def add(self, number: int, tmdb_id: int, media_type: MediaType) -> None:
        """Learn of a title, if it is wanted; the last word stands."""
        place = self._place(number)
        if place is not None:
            self._ids[place] = tmdb_id << 1 | _MEDIA_TYPES.index(media_type)

    def get(self, number: int) -> tuple[MediaType, int] | None:
        """Return a title's media type and TMDB id, or None when it is not known."""
        place = self._place(number)
        if place is None or not self._ids[place]:
            return None
        known = self._ids[place]
        return _MEDIA_TYPES[known & 1], known >> 1

    def _place(self, number: int) -> int | None:
        place = bisect_left(self._numbers, number)
        found = place < len(self._numbers) and self._numbers[place] == number
        return place if found else None


class IdMapReader:
    """Feeds on the bytes of one map, plain or gzipped, and fills an `IdMap`.

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
        media_type = next((known for known in _MEDIA_TYPES if known == named), None)
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


async def save_id_map(store: Store, plan: Plan) -> None:
    """Write the map of a run whose units all have their manifests: its harvested titles, in order.

    26 bytes a title are in memory, a few manifests at a time.
    """
    lines = bytearray(",".join(HEADER).encode() + b"\n")
    async for manifest in manifests(store, plan.run, range(plan.units)):
        for imdb_id, outcome in manifest.outcomes.items():
            if outcome.outcome == "harvested":
                lines += f"{imdb_id},{outcome.tmdb_id},{outcome.media_type}\n".encode()
    await store.put(keys.id_map_key(plan.run), bytes(lines))
