"""Clocks that show another time."""

import time
from datetime import UTC, datetime, timedelta

from harvester.clock import clock_from


def test_a_clock_starts_where_it_is_told_and_runs_on() -> None:
    """By the machine's own monotonic time."""
    start = datetime(2026, 12, 1, tzinfo=UTC)
    before = time.monotonic()
    now = clock_from(start)
    first = now()
    time.sleep(0.01)
    second = now()
    assert start <= first < second
    assert second - start <= timedelta(seconds=time.monotonic() - before)
