"""Which series the simulated TVmaze has, and under which ids, by arithmetic.

They are those that TMDB's lists know: the sample's and the made ones first, then the shelf. TVmaze
lacks some of them, whose ids are gaps, and of some it does not know the IMDb id.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from harvester.simulator import shelf
from harvester.simulator.catalogue import named_titles
from harvester.simulator.chance import scattered

GAP_IS_ONE_IN: Final = 20
NAMELESS_IS_ONE_IN: Final = 16


class Listed(NamedTuple):
    """A show: its id, its IMDb number, and whether TVmaze knows that."""

    show_id: int
    number: int
    is_joined: bool


class Shows:
    """The shows of one seed, beside as many series of the shelf as `population` says.

    `last_id` is the highest id that one may have.
    """

    def __init__(self, seed: int, population: int) -> None:
        self._seed = seed
        self._named = named_titles(seed, "tv")
        self._population = population
        self.last_id = len(self._named) + population

    def show(self, show_id: int) -> Listed | None:
        """Return the show with this id."""
        if not 1 <= show_id <= self.last_id:
            return None
        place = show_id - 1
        if place < len(self._named):
            return Listed(show_id, self._named[place], is_joined=True)
        chance = scattered(self._seed + 911, show_id)
        if chance % GAP_IS_ONE_IN == 0:
            return None
        number = shelf.FIRST["tv"] + place - len(self._named)
        return Listed(show_id, number, is_joined=chance % NAMELESS_IS_ONE_IN != 1)

    def by_imdb_number(self, number: int) -> Listed | None:
        """Return the show that TVmaze knows by this IMDb id."""
        place = shelf.shelved(number)
        if place is not None and place[0] == "tv" and place[1] < self._population:
            found = self.show(len(self._named) + place[1] + 1)
        else:
            found = self.show(_places(self._named).get(number, -1) + 1)
        return found if found is not None and found.is_joined else None


@lru_cache(maxsize=4)
def _places(numbers: tuple[int, ...]) -> dict[int, int]:
    return {number: place for place, number in enumerate(numbers)}
