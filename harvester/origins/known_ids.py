"""Ids that are known before a run asks: of earlier runs of the lake, and of an id map."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

from harvester.lake.title_ids import pack
from harvester.model import MediaType

MEDIA_TYPES: tuple[MediaType, MediaType] = ("movie", "tv")


class KnownIds:
    """What is known of the titles that a run asks for: 16 bytes each, 4 MB for 250,000.

    `wanted` are packed ids (`lake.title_ids`); others are not kept.
    """

    def __init__(self, wanted: Iterable[int] = ()) -> None:
        self._numbers = array("Q", sorted(wanted))
        self._ids = array("Q", bytes(8 * len(self._numbers)))  # TMDB's id and the media type's bit

    def __len__(self) -> int:
        return len(self._ids) - self._ids.count(0)

    @property
    def wanted(self) -> int:
        """How many titles are wanted."""
        return len(self._numbers)

    def wants(self, number: int) -> bool:
        """Return whether a title is wanted."""
        return self._place(number) is not None

    def add(self, number: int, tmdb_id: int, media_type: MediaType) -> None:
        """Learn of a title, if it is wanted; the last one added stands."""
        place = self._place(number)
        if place is not None:
            self._ids[place] = tmdb_id << 1 | MEDIA_TYPES.index(media_type)

    def forget(self, number: int) -> None:
        """Know a title no longer."""
        place = self._place(number)
        if place is not None:
            self._ids[place] = 0

    def update(self, other: "KnownIds") -> None:
        """Learn what another one of the same wanted titles knows."""
        for place, known in enumerate(other._ids):  # noqa: SLF001 - of its own class
            if known:
                self._ids[place] = known

    def get(self, title_id: str) -> tuple[MediaType, int] | None:
        """Return a title's media type and TMDB id, or None when it is not known."""
        place = self._place(pack(title_id))
        if place is None or not self._ids[place]:
            return None
        known = self._ids[place]
        return MEDIA_TYPES[known & 1], known >> 1

    def _place(self, number: int) -> int | None:
        place = bisect_left(self._numbers, number)
        found = place < len(self._numbers) and self._numbers[place] == number
        return place if found else None
