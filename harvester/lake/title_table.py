"""A number for each of many titles: 16 bytes a title, found by halving."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

BLOCK: Final = 2048


class TitleTable:
    """Of each packed id (`lake.title_ids`) one unsigned number of 64 bits.

    The ids lie sorted in blocks, so that adding one moves no more than a block.
    """

    def __init__(self) -> None:
        self._firsts = array("Q", [0])
        self._blocks = [(array("Q"), array("Q"))]

    def __iter__(self) -> Iterator[int]:
        for ids, _ in self._blocks:
            yield from ids

    def setdefault(self, title: int, value: int) -> int:
        """Return a title's number, which is `value` from now on where it had none."""
        at = bisect_right(self._firsts, title) - 1
        ids, values = self._blocks[at]
        place = bisect_left(ids, title)
        if place < len(ids) and ids[place] == title:
            return values[place]
        ids.insert(place, title)
        values.insert(place, value)
        if len(ids) > BLOCK:
            half = len(ids) // 2
            self._firsts.insert(at + 1, ids[half])
            self._blocks[at : at + 1] = [
                (ids[:half], values[:half]),
                (ids[half:], values[half:]),
            ]
        return value

    def raise_to(self, title: int, value: int) -> None:
        """Give a title this number, unless it has a higher one."""
        if self.setdefault(title, value) < value:
            ids, values = self._blocks[bisect_right(self._firsts, title) - 1]
            values[bisect_left(ids, title)] = value

    def get(self, title: int) -> int | None:
        """Return a title's number, or None when it has none."""
        ids, values = self._blocks[bisect_right(self._firsts, title) - 1]
        place = bisect_left(ids, title)
        found = place < len(ids) and ids[place] == title
        return values[place] if found else None
