"""Which days count at a moment, and the document that keeps one."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import DocumentError
from harvester.origins.tmdb.changes.day import SettledDay, read_day, settled_at, settled_days

DAY = date(2026, 11, 24)
WHOLE = SettledDay("movie", DAY, "2026-11-26T09:00:00Z", [3, 17, 1_238_234], nameless=2)
NO_IDS: list[Any] = [None, {}, [0], [-1], [10**10], ["1"], [2, 1], [1, 1], [None]]
MOMENTS = st.datetimes(
    datetime(2015, 1, 1),  # noqa: DTZ001 - of hypothesis, which adds the zone
    datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9)), timezone(timedelta(hours=13))]),
)


def test_a_day_settles_sixteen_hours_after_its_end() -> None:
    """In UTC, whatever the zone of who asks."""
    assert settled_at(DAY) == datetime(2026, 11, 25, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "days"),
    [
        ("2026-11-24T16:00:00Z", "2026-11-25T15:59:59Z", []),
        ("2026-11-24T16:00:00Z", "2026-11-25T16:00:00Z", [24]),
        ("2026-11-24T15:59:59Z", "2026-11-25T16:00:00Z", [23, 24]),
        ("2026-11-25T16:00:00Z", "2026-11-25T16:00:00Z", []),
        ("2026-11-24T15:00:00-03:00", "2026-11-25T13:00:00-03:00", [24]),
        ("2026-12-01T00:00:00Z", "2026-11-25T16:00:00Z", []),
    ],
)
def test_days_between_two_moments(since: str, now: str, days: list[int]) -> None:
    """The day before a title was fetched counts while it was not settled then."""
    found = settled_days(datetime.fromisoformat(since), datetime.fromisoformat(now))
    assert [day.day for day in found] == days


def test_no_day_is_before_tmdbs_first() -> None:
    """A moment of the year 2000 asks for no day that TMDB never had."""
    days = settled_days(datetime(2000, 1, 1, tzinfo=UTC), datetime(2012, 10, 8, 8, tzinfo=UTC))
    assert days == [date(2012, 10, 5), date(2012, 10, 6)]


@given(MOMENTS, MOMENTS)
def test_exactly_the_days_that_settle_between(since: datetime, now: datetime) -> None:
    """Each day that settled after the one moment and not after the other, in order."""
    days = settled_days(since, now)
    assert days == sorted(set(days))
    assert all(since < settled_at(day) <= now for day in days)
    first, last = since.astimezone(UTC).date(), now.astimezone(UTC).date()
    around = (first + timedelta(days=ahead) for ahead in range(-3, (last - first).days + 3))
    assert [day for day in around if since < settled_at(day) <= now] == days


def test_a_document_is_read_as_it_was_written() -> None:
    """Its text is what other programs rely on."""
    assert WHOLE.key == "Raw/TMDB/_harvest/_changes/movie/2026/11/24.json"
    assert json.loads(WHOLE.to_json()) == {
        "version": 1,
        "media_type": "movie",
        "day": "2026-11-24",
        "asked_at": "2026-11-26T09:00:00Z",
        "ids": [3, 17, 1_238_234],
        "nameless": 2,
        "lost": 0,
    }
    assert read_day("movie", DAY, WHOLE.to_json()) == WHOLE
    changed = WHOLE.changed
    assert (changed.day, changed.settled_at) == (DAY, settled_at(DAY))
    assert (list(changed.ids), changed.complete, changed.lost) == ([3, 17, 1_238_234], True, 0)


def test_a_list_that_lost_some_says_so() -> None:
    """Also when it is read again."""
    kept = read_day("tv", DAY, SettledDay("tv", DAY, WHOLE.asked_at, [1], lost=9).to_json())
    assert (kept.changed.complete, kept.changed.lost) == (False, 9)


def test_unknown_keys_are_ignored() -> None:
    """A later version may add some."""
    grown = {**json.loads(WHOLE.to_json()), "newer": 1}
    assert read_day("movie", DAY, json.dumps(grown).encode()) == WHOLE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("media_type", "tv"),
        ("media_type", "person"),
        ("day", "2026-11-23"),
        ("day", 20261124),
        ("asked_at", "2026-11-25T15:59:59Z"),
        ("asked_at", "2026-13-45T00:00:00Z"),
        ("asked_at", "yesterday"),
        *(("ids", ids) for ids in NO_IDS),
        ("nameless", -1),
        ("lost", "9"),
        ("version", "1"),
    ],
)
def test_a_damaged_document_is_named(field: str, value: Any) -> None:
    """Of another day, of a day that was not settled, out of bounds: one sentence, and a way out."""
    content = {**json.loads(WHOLE.to_json()), field: value}
    with pytest.raises(DocumentError) as caught:
        read_day("movie", DAY, json.dumps(content).encode())
    assert str(caught.value) == (
        f"{WHOLE.key} is damaged: delete it and run the same command: its day is asked again"
    )


@given(st.binary(max_size=60) | st.sampled_from([b"", b"[" * 5_000, b"{}", b'{"version":1}']))
def test_any_bytes_are_a_sentence(data: bytes) -> None:
    """A cut or overwritten document is never a traceback."""
    with pytest.raises(DocumentError, match=rf"^{WHOLE.key} is damaged: "):
        read_day("movie", DAY, data)


def test_another_version_is_not_guessed() -> None:
    """A newer harvester wrote it."""
    with pytest.raises(DocumentError, match="has version 2"):
        read_day("movie", DAY, b'{"version":2}')
