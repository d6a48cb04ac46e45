"""A day's list of updated shows: when it counts, what it holds, and how the lake keeps it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from harvester.errors import DocumentError
from harvester.origins.tvmaze.updates.day import (
    UpdatedDay,
    list_day,
    read_day,
    settled_at,
    settled_days,
)

DAY = date(2026, 11, 24)
NEXT, LAST = DAY + timedelta(days=1), DAY + timedelta(days=2)
ASKED_AT = "2026-11-26T02:00:00Z"


def test_a_day_is_settled_when_no_cache_can_lack_it() -> None:
    """The index may be a day old: before the 26th it may lack what happened on the 24th."""
    assert settled_at(DAY) == datetime(2026, 11, 26, tzinfo=UTC)
    now = datetime(2026, 11, 26, 2, tzinfo=UTC)
    assert settled_days(datetime(2026, 11, 24, 2, tzinfo=UTC), now) == [DAY - timedelta(1), DAY]
    assert settled_days(datetime(2026, 11, 25, 23, 59, tzinfo=UTC), now) == [DAY]
    assert settled_days(datetime(2026, 11, 26, tzinfo=UTC), now) == []


def test_an_update_that_was_seen_counts_though_it_is_hidden_by_the_next() -> None:
    """Show 2 changed on the 25th, as was seen on the 26th, and again on the 26th."""
    first = list_day(DAY, {DAY: [3, 1], NEXT: [2]}, None, asked_at=ASKED_AT, is_newest=True)
    assert (first.ids, first.later) == ([1, 3], {NEXT: [2]})
    after = list_day(NEXT, {NEXT: [5], LAST: [2]}, first, asked_at=ASKED_AT, is_newest=True)
    assert (after.ids, after.later) == ([2, 5], {LAST: [2]})


def test_only_the_newest_day_keeps_what_came_later() -> None:
    """Of days that are listed at once the later ones have it themselves."""
    updates = {DAY: [1], NEXT: [2], LAST: [3]}
    first = list_day(DAY, updates, None, asked_at=ASKED_AT, is_newest=False)
    assert first.later == {}
    after = list_day(NEXT, updates, first, asked_at=ASKED_AT, is_newest=True)
    assert (after.ids, after.later) == ([2], {LAST: [3]})


def test_it_is_kept_and_read() -> None:
    """Under the day's key, as JSON; its list says when a title must have been fetched."""
    kept = UpdatedDay(DAY, ASKED_AT, [1, 3], {NEXT: [2]})
    assert kept.key == "Raw/TVmaze/_harvest/_changes/tv/2026/11/24.json"
    assert json.loads(kept.to_json()) == {
        "version": 1,
        "media_type": "tv",
        "day": "2026-11-24",
        "asked_at": ASKED_AT,
        "ids": [1, 3],
        "later": {"2026-11-25": [2]},
    }
    assert read_day(DAY, kept.to_json()) == kept
    changed = kept.changed
    assert (changed.day, changed.settled_at) == (DAY, settled_at(DAY))
    assert (list(changed.ids), changed.complete) == ([1, 3], True)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"day": "2026-11-23"},
        {"day": None},
        {"asked_at": "2026-11-25T23:59:59Z"},  # not settled
        {"asked_at": "2026-13-01T00:00:00Z"},
        {"ids": [3, 1]},
        {"ids": [1, 1]},
        {"ids": [0]},
        {"ids": ["1"]},
        {"ids": None},
        {"later": {"2026-11-24": [1]}},
        {"later": {"2026-11-25": [2, 1]}},
        {"later": {"x": [1]}},
        {"later": []},
    ],
)
def test_a_damaged_one_says_what_to_do(change: dict[str, Any]) -> None:
    """Whoever may write into a lake may write anything."""
    kept = UpdatedDay(DAY, ASKED_AT, [1, 3], {NEXT: [2]})
    data = json.dumps({**json.loads(kept.to_json()), **change}).encode()
    with pytest.raises(DocumentError, match=r"24\.json (is damaged: delete it|has version 2)"):
        read_day(DAY, data)
