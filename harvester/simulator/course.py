"""What happens to titles over time, by arithmetic: no state, the same for the same seed and clock.

Of the titles that lists know, each is changed once in each of its periods, at a moment that its
number gives. A title of the shelf may be deleted, or merged into the next one that is there, once
and for good. Nothing happens before `since`, so a clock before it shows what no clock at all does.
"""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from harvester.errors import SettingError
from harvester.model import MediaType
from harvester.simulator import shelf
from harvester.simulator.catalogue import named_titles
from harvester.simulator.chance import scattered, uniform
from harvester.simulator.rhythm import DAY_SECONDS, Rhythm

SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)
AWAY_HOURS: Final = (2, 10)
LEAST_SHARE: Final = 0.00003
MOST_STALE_HOURS: Final = 16.0
"""TMDB's two caches keep an answer for up to 8 hours each."""

_DELETED_IS_LISTED_ONE_IN: Final = 2
_KEPT_CHUNKS: Final = 8  # of a third of a title's period each
_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """How the titles of a simulated TMDB change over time; each share is of all titles a day.

    TMDB changes about 1 %. A `deleted` title answers 404 and is not found, a `merged` one's IMDb id
    leads to another title, one that is `away` answers 404 for 2 to 10 hours. An answer is up to
    `stale_hours` old, as out of TMDB's caches; with `one_page` a list of changes is one page whose
    totals are 1.
    """

    changed: float = 0.01
    deleted: float = 0.00003
    merged: float = 0.00003
    away: float = 0.0005
    stale_hours: float = 0.0
    one_page: bool = False
    since: datetime = SINCE

    def check(self) -> None:
        """Raise `SettingError` for shares and hours that can't be."""
        for share in (self.changed, self.deleted, self.merged, self.away):
            if share and not LEAST_SHARE <= share <= 1:
                raise SettingError(f"A share of titles a day is 0, or {LEAST_SHARE:f} to 1.")
        if not 0 <= self.stale_hours <= MOST_STALE_HOURS:
            raise SettingError(f"An answer may be 0 to {MOST_STALE_HOURS:g} hours old.")


class _Event(NamedTuple):
    """Something that happened to a title."""

    at: int
    number: int


class Course:
    """What has happened to each title by a moment, in seconds since the epoch."""

    def __init__(self, seed: int, population: int, options: ChangeOptions) -> None:
        self.seed = seed
        self.options = options
        self._ranges = {
            media_type: _numbers_of(media_type, population) for media_type in shelf.FIRST
        }
        self._since = int(options.since.timestamp())
        self._changes = Rhythm(seed + 101, options.changed, self._since)
        self._absences = Rhythm(seed + 202, options.away, self._since)
        self._ends = options.deleted + options.merged
        self._chunks: OrderedDict[tuple[MediaType, int], list[_Event]] = OrderedDict()
        self._told: dict[MediaType, list[_Event]] = {}

    def days(self, at: int) -> int:
        """Return how many whole days have passed; votes and popularity follow them."""
        return max(0, at - self._since) // DAY_SECONDS

    def version(self, media_type: MediaType, number: int, at: int) -> int:
        """Return how often a title has changed."""
        if not self._is_listed(media_type, number):
            return 0
        return self._changes.count(_title(media_type, number), at)

    def is_gone(self, media_type: MediaType, number: int, at: int) -> bool:
        """Return whether a title was deleted, or merged into another."""
        ends = self._ends_at(media_type, number)
        return ends is not None and ends <= at

    def heir(self, media_type: MediaType, number: int, at: int) -> int | None:
        """Return what a title that is gone was merged into; None for one that was deleted."""
        if not self._is_merged(media_type, number):
            return None
        numbers = next(one for one in self._ranges[media_type] if number in one)
        for step in range(1, len(numbers)):
            other = numbers[(number - numbers[0] + step) % len(numbers)]
            if not self.is_gone(media_type, other, at):
                return other
        return None

    def is_away(self, media_type: MediaType, number: int, at: int) -> bool:
        """Return whether a title that is there answers 404 just now."""
        if not self._is_listed(media_type, number):
            return False
        title = _title(media_type, number)
        least, most = (hours * _HOUR for hours in AWAY_HOURS)
        lasts = least + scattered(self.seed + 404, title) % (most - least)
        return any(self._absences.moments(title, at + 1 - lasts, at + 1))

    def changed(self, media_type: MediaType, begin: int, end: int) -> list[int]:
        """Return the titles that changed from `begin` on and before `end`, the newest change first.

        Every second title that is deleted is told as a change; none that is merged is
        (jellyfin/TMDbLib#303, #378).
        """
        newest: dict[int, int] = {}
        for event in self._events(media_type, begin, end):
            newest[event.number] = event.at
        for event in _between(self._deletions(media_type), begin, end):
            newest[event.number] = event.at
        return sorted(newest, key=lambda number: (-newest[number], number))

    def served_at(self, target: str, now: datetime) -> int:
        """Return the moment of which the answer to a request is: each is cached by itself."""
        second, stale = int(now.timestamp()), round(self.options.stale_hours * _HOUR)
        if not stale:
            return second
        return second - (second + int(uniform(self.seed, "cache", target) * stale)) % stale

    def _events(self, media_type: MediaType, begin: int, end: int) -> Iterator[_Event]:
        """Yield the changes of titles that are still there, the oldest first."""
        begin, length = max(begin, self._since), self._changes.period // 3
        if not length or end <= begin:
            return
        for chunk in range(begin // length, (end - 1) // length + 1):
            key = (media_type, chunk)
            if key not in self._chunks:
                self._chunks[key] = self._chunk(media_type, chunk * length, (chunk + 1) * length)
                while len(self._chunks) > _KEPT_CHUNKS:
                    self._chunks.popitem(last=False)
            yield from _between(self._chunks[key], begin, end)

    def _chunk(self, media_type: MediaType, begin: int, end: int) -> list[_Event]:
        return sorted(
            _Event(at, number)
            for number in self._numbers(media_type)
            for at in self._changes.moments(_title(media_type, number), begin, end)
            if not self.is_gone(media_type, number, at)
        )

    def _deletions(self, media_type: MediaType) -> list[_Event]:
        """Return the deletions that lists tell, the earliest first."""
        if media_type not in self._told:
            ends = (
                (number, self._ends_at(media_type, number))
                for numbers in self._ranges[media_type]
                for number in numbers
                if scattered(self.seed + 505, number) % _DELETED_IS_LISTED_ONE_IN == 0
                and not self._is_merged(media_type, number)
            )
            events = (_Event(at, number) for number, at in ends if at is not None)
            self._told[media_type] = sorted(events)
        return self._told[media_type]

    def _ends_at(self, media_type: MediaType, number: int) -> int | None:
        if not self._ends or not self._is_shelved(media_type, number):
            return None
        span = round(DAY_SECONDS / self._ends)
        return self._since + scattered(self.seed + 606, _title(media_type, number)) % span

    def _is_merged(self, media_type: MediaType, number: int) -> bool:
        share = scattered(self.seed + 707, _title(media_type, number)) % 10_000 / 10_000
        return share * self._ends < self.options.merged

    def _numbers(self, media_type: MediaType) -> Iterator[int]:
        yield from named_titles(self.seed, media_type)
        for numbers in self._ranges[media_type]:
            yield from numbers

    def _is_shelved(self, media_type: MediaType, number: int) -> bool:
        return any(number in numbers for numbers in self._ranges[media_type])

    def _is_listed(self, media_type: MediaType, number: int) -> bool:
        if self._is_shelved(media_type, number):
            return True
        return number in named_titles(self.seed, media_type)


def _between(events: list[_Event], begin: int, end: int) -> list[_Event]:
    """Return those of sorted events that happened from `begin` on and before `end`."""
    first, last = (bisect_left(events, at, key=lambda event: event.at) for at in (begin, end))
    return events[first:last]


def _numbers_of(media_type: MediaType, population: int) -> list[range]:
    """Return the numbers of the shelf's titles: plain ones, videos, adult ones."""
    first = shelf.FIRST[media_type]
    return [
        range(first + ordinals.start, first + ordinals.stop)
        for ordinals in shelf.ranges(media_type, population)
    ]


def _title(media_type: MediaType, number: int) -> int:
    """Return one number for a title: a movie and a series may share theirs."""
    return 2 * number + (media_type == "tv")
