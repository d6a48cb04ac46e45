"""An input: what yields titles, and the facts by which a run is found again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from harvester.model import InputFacts


@dataclass(frozen=True, slots=True)
class InputTitles:
    """What one input holds: its facts, and the packed ids that no earlier input had."""

    facts: InputFacts
    numbers: list[int]


class Input(Protocol):
    """Something a user names that yields titles."""

    async def read(self, genres: frozenset[str], seen: set[int]) -> InputTitles:
        """Return its titles, those in `seen` left out and the new ones added to it.

        `genres` are case-folded; none means all. Raises `InputError`, and what a store raises.
        """


async def read_titles(inputs: Iterable[Input], genres: tuple[str, ...]) -> list[InputTitles]:
    """Read every input through once; an id in two inputs belongs to the first.

    Raises `InputError`, and what a store raises.
    """
    wanted = frozenset(genre.casefold() for genre in genres)
    seen: set[int] = set()
    return [await one.read(wanted, seen) for one in inputs]
