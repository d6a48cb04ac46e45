"""Which titles of a run's inputs are due, and why: by the lake's state and the origin's changes.

A title is asked whole, so one endpoint that is missing or too old makes all of it due. The reasons,
in the order in which their titles are planned:

    new         never harvested, or an endpoint that is asked for was not
    changed     listed as changed, on a day that settled after it was fetched
    failed      failed last; due 1, 2, 4, … 30 days after its newest failure
    aged        fetched longer than the maximum age ago: votes and popularity move without a change
    unmatched   unknown to the origin 30 days ago, or confirmed to be gone
    gone        harvested once, and its details were missing a day ago; asked for confirmation
    not_found   harvested once, and not found a day ago; likewise
"""

from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from harvester.lake.title_ids import media_type_of
from harvester.model import Kind, MediaType
from harvester.origins.origin import ChangedDay
from harvester.run.lake_state.state import MISSING, LakeState, TitleState
from harvester.run.plan import Group

Why = Literal["new", "changed", "failed", "aged", "unmatched", "gone", "not_found"]
Changes = Callable[[MediaType, datetime], AsyncIterator[ChangedDay]]
"""Yields the settled days of a media type's changes since a moment."""

DAY: Final = 86_400
LONGEST_WAIT: Final = 30
"""Days after which a failed or unmatched title is asked for again."""

_SLACK: Final = DAY // 2
"""A daily run does not reach each title at the same minute: half a day early is not too early."""

_ORDER: Final[tuple[Why, ...]] = get_args(Why)
_SLOT_BITS: Final = 32


async def due_groups(
    groups: Iterable[Group],
    state: LakeState,
    changes: Changes,
    *,
    max_age: int,
    now: datetime,
) -> list[Group]:
    """Return the titles of some groups that are due, by reason and then in their order.

    `max_age` is in seconds. 40 bytes a title that is not due for
    another reason are in memory while changes are read. Raises what `changes` raises.
    """
    at = int(now.timestamp())
    found: dict[tuple[Why, Kind], array[int]] = {}
    fresh = _Harvested()

    def add(why: Why, kind: Kind, number: int) -> None:
        found.setdefault((why, kind), array("Q")).append(number)

    kinds: list[Kind] = []
    for group in groups:
        kind = group.kind
        if kind not in kinds:
            kinds.append(kind)
        for number in group.numbers:
            known = state.of(number)
            why = _why(known, at)
            if why is not None:
                add(why, kind, number)
            elif known is not None and known.outcome == "harvested":
                fresh.add(number, kinds.index(kind), known)
    changed = await fresh.changed(changes, at - max_age)
    for slot, number in enumerate(fresh.numbers):
        kind = kinds[fresh.kinds[slot]]
        if changed[slot]:
            add("changed", kind, number)
        elif fresh.harvested_at[slot] <= at - max_age:
            add("aged", kind, number)
    return [
        Group(kind, found[why, kind], why)
        for why in _ORDER
        for kind in kinds
        if (why, kind) in found
    ]


def _why(known: TitleState | None, at: int) -> Why | None:
    """Return why a title is due, its changes and age aside."""
    if known is None or known.fetched_at is None:
        return "new"
    since = at - known.fetched_at
    if known.missing_since is not None and known.reason in MISSING:
        if known.is_gone:
            return "unmatched" if since >= LONGEST_WAIT * DAY else None
        # A second signal counts if it comes a day after the first.
        missing: Why = "gone" if known.reason == "gone" else "not_found"
        return missing if at - known.missing_since >= DAY else None
    match known.outcome:
        case "failed":
            days = min(2 ** min(known.failures - 1, 10), LONGEST_WAIT) if known.failures else 1
            return "failed" if since >= days * DAY - _SLACK else None
        case "unmatched":
            return "unmatched" if since >= LONGEST_WAIT * DAY else None
    return "new" if known.harvested_at is None else None


@dataclass(slots=True)
class _Harvested:
    """Titles that were harvested whole, to be held against lists of changes."""

    numbers: "array[int]" = field(default_factory=lambda: array("Q"))
    kinds: "array[int]" = field(default_factory=lambda: array("B"))
    harvested_at: "array[int]" = field(default_factory=lambda: array("Q"))
    _by_id: dict[MediaType, "array[int]"] = field(
        default_factory=lambda: {"movie": array("Q"), "tv": array("Q")}
    )

    def add(self, number: int, kind: int, known: TitleState) -> None:
        """Add a title; `kind` is a small number of the caller's."""
        media_type = known.media_type or media_type_of(number)
        if media_type is not None and known.origin_id is not None:
            self._by_id[media_type].append(known.origin_id << _SLOT_BITS | len(self.numbers))
        self.numbers.append(number)
        self.kinds.append(kind)
        self.harvested_at.append(known.harvested_at or 0)

    async def changed(self, changes: Changes, oldest: int) -> bytearray:
        """Return for each title whether a list names it that settled after it was fetched.

        What was fetched at `oldest` or before is due by its age: no list is asked for it.
        """
        marks = bytearray(len(self.numbers))
        for media_type, unsorted in self._by_id.items():
            ids = array("Q", sorted(unsorted))
            times = (self.harvested_at[one & (1 << _SLOT_BITS) - 1] for one in ids)
            since = min((time for time in times if time > oldest), default=None)
            if since is None:
                continue
            async for day in changes(media_type, datetime.fromtimestamp(since, UTC)):
                settled_at = int(day.settled_at.timestamp())
                for own_id in day.ids:
                    place = bisect_left(ids, own_id << _SLOT_BITS)
                    while place < len(ids) and ids[place] >> _SLOT_BITS == own_id:
                        slot = ids[place] & (1 << _SLOT_BITS) - 1
                        marks[slot] |= self.harvested_at[slot] < settled_at
                        place += 1
        return marks
