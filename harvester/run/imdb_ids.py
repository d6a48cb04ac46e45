"""The IMDb ids of titles that are asked for by TMDB's, for an origin that knows no others.

They are in the outcomes of the lake's runs of TMDB. An id that was asked for counts before one that
TMDB names, and of each the one of the run planned last; of a synthetic run where no other has one.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextlib import aclosing

from harvester.lake.documents.outcomes import own_number
from harvester.lake.title_ids import media_type_of, pack, unpack
from harvester.model import DEFAULT_ORIGIN
from harvester.run.choose import all_plans
from harvester.run.damage import warn_of
from harvester.run.past_outcomes import PastRun, outcomes_of, readable
from harvester.stores import Store


class ImdbIds(Mapping[str, str]):
    """The IMDb id of each of some titles, by the id asked for: 24 bytes a title."""

    def __init__(self, wanted: Iterable[int] = ()) -> None:
        """Take the packed ids of the titles; an IMDb id among them is not kept."""
        numbers = {number for number in wanted if media_type_of(number) is not None}
        self._numbers = array("Q", sorted(numbers))
        self._asked = array("Q", bytes(8 * len(numbers)))
        self._named = array("Q", bytes(8 * len(numbers)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        for place, number in enumerate(self._numbers):
            if self._asked[place] or self._named[place]:
                yield unpack(number)

    def __getitem__(self, title_id: str) -> str:
        place = self._place(pack(title_id))
        found = 0 if place is None else self._asked[place] or self._named[place]
        if not found:
            raise KeyError(title_id)
        return unpack(found)

    @property
    def wanted(self) -> int:
        """How many titles are asked for by another id than IMDb's."""
        return len(self._numbers)

    def wants(self, number: int) -> bool:
        """Return whether a packed id is one of those."""
        return self._place(number) is not None

    def add(self, number: int, imdb_id: int, *, was_asked: bool) -> None:
        """Learn a title's IMDb id, packed as its own; the last one added stands."""
        place = self._place(number)
        if place is not None:
            (self._asked if was_asked else self._named)[place] = imdb_id

    def _place(self, number: int) -> int | None:
        place = bisect_left(self._numbers, number)
        found = place < len(self._numbers) and self._numbers[place] == number
        return place if found else None


async def read_imdb_ids(store: Store, wanted: Iterable[int]) -> ImdbIds:
    """Return what the lake knows of `wanted`, packed ids; a damaged run is named and left out."""
    known = ImdbIds(wanted)
    if not known.wanted:
        return known
    found = await all_plans(store, (DEFAULT_ORIGIN,))
    warn_of(found.damaged)
    oldest_first = found.plans[::-1]
    oldest_first.sort(key=lambda plan: not plan.synthetic)
    runs = readable(store, oldest_first, lambda run: _found(store, run, known))
    async with aclosing(runs) as read:
        async for rows in read:
            for number, imdb_id, was_asked in zip(*rows, strict=True):
                known.add(number, imdb_id, was_asked=bool(was_asked))
    return known


async def _found(
    store: Store, run: PastRun, known: ImdbIds
) -> tuple["array[int]", "array[int]", "array[int]"]:
    """Return the titles of a run that are wanted, the IMDb id of each, and whether it was asked.

    Nothing is added to `known` before all of the run was read.
    """
    numbers, ids, asked = array("Q"), array("Q"), array("B")
    async with aclosing(outcomes_of(store, run)) as parts:
        async for part in parts:
            for row in part.rows:
                was_asked = media_type_of(row.number) is None
                number = own_number(row, run.plan.asked.origin) if was_asked else row.number
                if row.imdb_id and number is not None and known.wants(number):
                    numbers.append(number)
                    ids.append(row.imdb_id)
                    asked.append(was_asked)
    return numbers, ids, asked
