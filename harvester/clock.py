"""The wall clock, always in UTC, in the formats of the lake's documents and paths."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache


def now() -> str:
    """Return the current time in whole seconds, such as 2026-11-24T07:00:00Z."""
    return _written(int(time.time()))


def moment() -> datetime:
    """Return the current time."""
    return datetime.fromtimestamp(time.time(), UTC)


def today() -> date:
    """Return the current date."""
    return moment().date()


def clock_from(start: datetime) -> Callable[[], datetime]:
    """Return a clock that shows `start` now and runs on from there."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


@lru_cache(maxsize=1)  # called for every record, thousands of times a second
def _written(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
