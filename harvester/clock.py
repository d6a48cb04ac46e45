"""The wall clock, always in UTC, in the formats of the lake's documents and paths."""

import time
from datetime import UTC, date, datetime
from functools import lru_cache


def now() -> str:
    """Return the current time in whole seconds, such as 2026-11-24T07:00:00Z."""
    return _written(int(time.time()))


def today() -> date:
    """Return the current date."""
    return datetime.now(UTC).date()


@lru_cache(maxsize=1)  # called for every record, thousands of times a second
def _written(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
