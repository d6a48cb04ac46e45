"""TMDB ids that are known before a run starts: from an earlier run's id map."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

from harvester.model import MediaType

MEDIA_TYPES: tuple[MediaType, MediaType] = ("movie", "tv")


class IdMap:
    """The known ids of the titles in a run: 16 bytes each, 4 MB for 250,000.

    `wanted` are IMDb numbers; all others are ignored.
    """

    def __init__(self, wanted: Iterable[int] = ()) -> None:
        self._numbers = array("Q", sorted(wanted))
        self._ids = array("Q", bytes(8 * len(self._numbers)))  # TMDB's id and the media type's bit

    def __len__(self) -> int:
        return len(self._ids) - self._ids.count(0)

    def add(self, number: int, tmdb_id: int, media_type: MediaType) -> None:
        """Add a title's id, if the title is wanted; the last one added wins."""
        place = self._place(number)
        if place is not None:
            self._ids[place] = tmdb_id << 1 | MEDIA_TYPES.index(media_type)

    def get(self, number: int) -> tuple[MediaType, int] | None:
        """Return a title's media type and TMDB id, or None when it is not known."""
        place = self._place(number)
        if place is None or not self._ids[place]:
            return None
        known = self._ids[place]
        return MEDIA_TYPES[known & 1], known >> 1

    def _place(self, number: int) -> int | None:
        place = bisect_left(self._numbers, number)
        found = place < len(self._numbers) and self._numbers[place] == number
        return place if found else None
