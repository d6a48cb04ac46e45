"""What a lake knows of each title in one scope, in packed columns: about 130 bytes a title."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from harvester.lake.documents.outcomes import OutcomeRow
from harvester.lake.title_ids import media_type_of, pack, unpack
from harvester.lake.title_table import TitleTable
from harvester.model import MediaType, OutcomeName

MISSING: Final = frozenset({"gone", "not_found"})
"""The reasons by which an origin says that it does not have a title, or no longer."""

_DAY: Final = 86_400
_MOST_FAILURES: Final = 65_535


@dataclass(frozen=True, slots=True)
class TitleState:
    """What is known of a title; moments are in seconds since the epoch.

    `origin_id` and `imdb_id` are those known last; an `unmatched` title has no `origin_id`, and one
    that is no number is not kept. `outcome`, `reason` and `fetched_at` are of the newest outcome,
    None where the records of all runs are expired.
    `harvested_at` is the oldest, over the endpoints asked for, of the newest harvest of each; None
    when one of them was never harvested. `failures` counts the newest outcomes that are `failed`,
    in a row.

    `missing_since` and `missing_until` are the first and the last time that the origin said it
    lacks the title (`gone`, `not_found`) since it was harvested; None when it did not, or when the
    title never was harvested. Another failure in between says nothing.
    """

    media_type: MediaType | None
    origin_id: int | None
    imdb_id: str | None
    outcome: OutcomeName | None
    reason: str | None
    fetched_at: int | None
    harvested_at: int | None
    was_harvested: bool
    failures: int
    missing_since: int | None
    missing_until: int | None

    @property
    def is_gone(self) -> bool:
        """Whether it was missing twice, at least a day apart, since it was harvested."""
        if self.missing_since is None or self.missing_until is None:
            return False
        return self.missing_until - self.missing_since >= _DAY


class LakeState:
    """The titles of a scope. It is filled from the run planned first to the one planned last.

    Rows may come in any order of time, as a run may be resumed after a later one: of two outcomes
    of one second, the one added later counts. Only `failures` may then be too low: after an outcome
    that is older than what is known already, but newer than a failure counted, it starts from 1.
    """

    def __init__(self, endpoints: Sequence[str]) -> None:
        """Keep the harvests of these endpoints apart; without any, all harvests are alike."""
        self._endpoints = tuple(endpoints)
        self._slots = TitleTable()
        self._names: list[tuple[OutcomeName | None, str | None]] = [(None, None)]
        self._places: dict[tuple[OutcomeName, str | None], int] = {}
        self._outcome = array("I")  # the place among those names
        self._failures = array("H")
        # the origin's id and the media type's bit; the IMDb id; and moments, 0 is none
        self._id, self._imdb_id, self._id_at = array("Q"), array("Q"), array("Q")
        self._fetched_at, self._settled_at = array("Q"), array("Q")
        self._harvested_at = array("Q")
        self._missing_since, self._missing_until = array("Q"), array("Q")
        self._of_endpoint = {name: array("Q") for name in self._endpoints}
        self._columns = (
            *(self._outcome, self._failures, self._id, self._imdb_id, self._id_at),
            *(self._fetched_at, self._settled_at, self._harvested_at),
            *(self._missing_since, self._missing_until, *self._of_endpoint.values()),
        )

    def __len__(self) -> int:
        return len(self._outcome)

    def __iter__(self) -> Iterator[str]:
        """Yield the ids: IMDb's, then TMDB's movies, then its series, each in order."""
        return map(unpack, self._slots)

    def get(self, title_id: str) -> TitleState | None:
        """Return what is known of a title, or None when no run of the scope had it."""
        return self.of(pack(title_id))

    def of(self, number: int) -> TitleState | None:
        """Return what is known of a title by its packed id (`lake.title_ids`)."""
        slot = self._slots.get(number)
        if slot is None:
            return None
        known = self._id[slot]
        imdb_id = number if media_type_of(number) is None else self._imdb_id[slot]
        outcome, reason = self._names[self._outcome[slot]]
        return TitleState(
            media_type=("movie", "tv")[known & 1] if known else None,
            origin_id=known >> 1 or None,
            imdb_id=unpack(imdb_id) if imdb_id else None,
            outcome=outcome,
            reason=reason,
            fetched_at=self._fetched_at[slot] or None,
            harvested_at=self._oldest_harvest(slot) or None,
            was_harvested=self._harvested_at[slot] > 0,
            failures=self._failures[slot],
            missing_since=self._missing_since[slot] or None,
            missing_until=self._missing_until[slot] or None,
        )

    def add(self, row: OutcomeRow, endpoints: Sequence[str], *, expired: bool = False) -> None:
        """Add a title's outcome in a run that asked for these endpoints.

        Of a run whose records are `expired` only the ids count.
        """
        slot = self._slots.setdefault(row.number, len(self._outcome))
        if slot == len(self._outcome):
            for column in self._columns:
                column.append(0)
        self._add_ids(slot, row)
        if expired:
            return
        is_newest = row.fetched_at >= self._fetched_at[slot]
        if is_newest:
            self._fetched_at[slot] = row.fetched_at
            self._outcome[slot] = self._place(row.outcome, row.reason)
        if row.fetched_at >= self._settled_at[slot]:
            if row.outcome == "failed":
                self._failures[slot] = min(self._failures[slot] + 1, _MOST_FAILURES)
            else:
                self._settled_at[slot] = row.fetched_at
                self._failures[slot] = 0 if is_newest else min(self._failures[slot], 1)
        if row.outcome == "harvested":
            self._harvest(slot, row.fetched_at, endpoints)
        if row.reason in MISSING:
            self._miss(slot, row.fetched_at)
        elif row.outcome != "failed":
            self._find(slot, row.fetched_at)

    def _add_ids(self, slot: int, row: OutcomeRow) -> None:
        if row.fetched_at < self._id_at[slot]:
            return
        if isinstance(row.origin_id, int) and row.media_type is not None:
            self._id[slot] = row.origin_id << 1 | (row.media_type == "tv")
        elif row.outcome == "unmatched":
            self._id[slot] = 0
        else:
            return
        self._id_at[slot] = row.fetched_at
        self._imdb_id[slot] = row.imdb_id

    def _place(self, outcome: OutcomeName, reason: str | None) -> int:
        place = self._places.setdefault((outcome, reason), len(self._names))
        if place == len(self._names):
            self._names.append((outcome, reason))
        return place

    def _harvest(self, slot: int, at: int, endpoints: Sequence[str]) -> None:
        self._harvested_at[slot] = max(self._harvested_at[slot], at)
        for name in endpoints:
            if name in self._of_endpoint and self._of_endpoint[name][slot] < at:
                self._of_endpoint[name][slot] = at

    def _miss(self, slot: int, at: int) -> None:
        """Note that the origin lacked the title, if it was harvested before."""
        if 0 < self._harvested_at[slot] <= at:
            since = self._missing_since[slot]
            self._missing_since[slot] = min(since or at, at)
            self._missing_until[slot] = max(self._missing_until[slot], at)

    def _find(self, slot: int, at: int) -> None:
        """Note that the origin had the title: what was missing before it no longer counts."""
        if at >= self._missing_until[slot]:
            self._missing_since[slot] = self._missing_until[slot] = 0
        elif at >= self._missing_since[slot]:
            self._missing_since[slot] = self._missing_until[slot]

    def _oldest_harvest(self, slot: int) -> int:
        columns = self._of_endpoint.values()
        return min((one[slot] for one in columns), default=self._harvested_at[slot])
