"""The wall clock, always UTC, as the lake's papers and paths write it."""

import time
from datetime import UTC, date, datetime
from functools import lru_cache


def now() -> str:
    """Return the time in whole seconds, such as 2026-11-24T07:00:00Z."""
    return _written(int(time.time()))


def today() -> date:
    """Return the date."""
    return datetime.now(UTC).date()


@lru_cache(maxsize=1)  # every record asks, thousands in a second
def _written(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
