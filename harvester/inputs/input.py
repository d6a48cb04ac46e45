"""An input: what yields titles, and the facts by which a run is found again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from harvester.errors import InputError
from harvester.lake.conditions import Condition
from harvester.model import InputFacts


@dataclass(frozen=True, slots=True)
class InputTitles:
    """What one input holds: its facts, and the packed ids that no earlier input had.

    `question` is set where the origin is still to be asked for them.
    """

    facts: InputFacts
    numbers: Sequence[int]
    question: str | None = None


class Input(Protocol):
    """Something a user names that yields titles."""

    async def read(self, where: Sequence[Condition], seen: set[int]) -> InputTitles:
        """Return its titles, those in `seen` left out.

        A title is taken if one row of it has, of each field in `where`, one of the values; without
        conditions all are. Raises `InputError`, and what a store raises.
        """


async def read_titles(inputs: Iterable[Input], where: Sequence[Condition]) -> list[InputTitles]:
    """Read every input through once; an id in two inputs belongs to the first.

    Raises `InputError`, and what a store raises.
    """
    seen: set[int] = set()
    read: list[InputTitles] = []
    for one in inputs:
        if read:  # all of TMDB is not put into a set for nobody
            seen.update(read[-1].numbers)
        read.append(await one.read(where, seen))
    return read


def refuse_conditions(name: str, where: Sequence[Condition]) -> None:
    """Raise `InputError` if there are any: an input that has no rows can't be chosen from."""
    if where:
        field = where[0].field
        flags = "--genre or --where" if field == "genre" else "--where"
        raise InputError(f"{name} has no {field} to choose by: leave {flags} out, or the input")
