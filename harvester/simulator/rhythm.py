"""Something that happens to a title once in each of its periods, at a moment drawn by number."""

from collections.abc import Iterator
from typing import Final

from harvester.simulator.chance import scattered

DAY_SECONDS: Final = 86_400

_STEP: Final = 1_009  # keeps the periods of one title apart from those of its neighbours


class Rhythm:
    """Happens to a `share` of all titles a day, from `since` on; its `period` is in seconds.

    A period of 0 means never.
    """

    def __init__(self, seed: int, share: float, since: int) -> None:
        self._seed = seed
        self._since = since
        self.period = round(DAY_SECONDS / share) if share else 0

    def count(self, title: int, at: int) -> int:
        """Return how often it has happened."""
        if not self.period or at < self._since:
            return 0
        return self._before(title, at) - self._before(title, self._since - 1)

    def moments(self, title: int, begin: int, end: int) -> Iterator[int]:
        """Yield when it happens, from `begin` on and before `end`, in order."""
        begin = max(begin, self._since)
        if not self.period or end <= begin:
            return
        phase = self._phase(title)
        first, last = ((at - self._since + phase) // self.period for at in (begin, end - 1))
        for cycle in range(first, last + 1):
            moment = self._since - phase + cycle * self.period + self._offset(title, cycle)
            if begin <= moment < end:
                yield moment

    def _before(self, title: int, at: int) -> int:
        cycle, within = divmod(at - self._since + self._phase(title), self.period)
        return cycle + (self._offset(title, cycle) <= within)

    def _phase(self, title: int) -> int:
        return scattered(self._seed, title) % self.period

    def _offset(self, title: int, cycle: int) -> int:
        return scattered(self._seed + 1, title * _STEP + cycle) % self.period
