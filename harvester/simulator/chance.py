"""Random draws that are the same on every machine and in every Python version.

Only `hashlib` and `random.Random(str).random()` are used: Python guarantees that both return the
same numbers in every version, which it does not for `hash()`, `choice` or `randrange`.
"""

import hashlib
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeVar

T = TypeVar("T")

_53_BITS: Final = float(1 << 53)
_MASK: Final = (1 << 32) - 1


def uniform(*parts: object) -> float:
    """Return a number in [0, 1) that depends only on `parts`."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / _53_BITS


def scattered(seed: int, number: int) -> int:
    """Return 32 bits that depend on both, however close numbers are: cheaper than a draw."""
    mixed = (number * 2_654_435_761 + seed * 2_246_822_519) & _MASK
    mixed = ((mixed ^ mixed >> 15) * 739_982_445) & _MASK
    mixed = ((mixed ^ mixed >> 12) * 695_872_825) & _MASK
    return mixed ^ mixed >> 15


class Draws:
    """A stream of draws that depends only on the parts given to it."""

    __slots__ = ("unit",)

    def __init__(self, *parts: object) -> None:
        self.unit = random.Random("/".join(map(str, parts))).random

    def within(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.unit() * (high - low + 1))

    def decimal(self, low: int, high: int, places: int) -> float:
        """Return a number from `low` to `high` with `places` decimal places."""
        scale: int = 10**places
        return self.within(low * scale, high * scale) / scale

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of `choices`."""
        return choices[int(self.unit() * len(choices))]

    def several(self, choices: Sequence[T], count: int) -> list[T]:
        """Return up to `count` different `choices`, in their own order."""
        chosen = sorted({int(self.unit() * len(choices)) for _ in range(count)})
        return [choices[index] for index in chosen]

    def happens(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.unit() < probability

    def hexadecimal(self, digits: int) -> str:
        """Return this many hexadecimal digits (at most 26: two draws of 52 bits)."""
        high, low = int(self.unit() * (1 << 52)), int(self.unit() * (1 << 52))
        return f"{high:013x}{low:013x}"[:digits]

    def along(self, curve: Sequence[tuple[float, int]]) -> int:
        """Return a whole number distributed by `curve`: (share of draws below, value) points."""
        share = self.unit()
        for (left, low), (right, high) in pairwise(curve):
            if share < right:
                return low + int((high - low) * (share - left) / (right - left))
        return curve[-1][1]
