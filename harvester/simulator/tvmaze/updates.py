"""When each show was updated last, by a clock; without one, long ago and for good."""

from datetime import datetime
from typing import Final

from harvester.simulator.chance import scattered
from harvester.simulator.course import SINCE, ChangeOptions
from harvester.simulator.rhythm import DAY_SECONDS, Rhythm

_BEFORE: Final = 900 * DAY_SECONDS
_STALE_SECONDS: Final = 3_600
_INDEX_STALE_SECONDS: Final = 24 * 3_600


class Updates:
    """The updates of a seed's shows: each is updated once in each of its periods."""

    def __init__(self, seed: int, options: ChangeOptions | None) -> None:
        self._seed = seed
        self._is_stale = options is not None and options.stale_hours > 0
        since = SINCE if options is None else options.since
        self._since = int(since.timestamp())
        self._rhythm = Rhythm(seed + 918, 0 if options is None else options.changed, self._since)

    def served_at(self, target: str, now: datetime, *, is_index: bool = False) -> int:
        """Return the moment of which an answer is, in seconds: each is cached by itself.

        Where answers may be old, the index is up to a day, the others are up to an hour.
        """
        second = int(now.timestamp())
        if not self._is_stale:
            return second
        span = _INDEX_STALE_SECONDS if is_index else _STALE_SECONDS
        return second - (second + scattered(self._seed, sum(target.encode()))) % span

    def updated(self, show_id: int, at: int) -> int:
        """Return when a show was updated last, in seconds since the epoch."""
        period = self._rhythm.period
        # A period has one update, so two periods have at least one.
        moments = [*self._rhythm.moments(show_id, at - 2 * period, at + 1)] if period else []
        if moments:
            return moments[-1]
        return self._since - 1 - scattered(self._seed + 919, show_id) % _BEFORE

    def version(self, show_id: int, at: int) -> int:
        """Return how often a show was updated."""
        return self._rhythm.count(show_id, at)
