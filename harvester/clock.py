"""The wall clock, always UTC, as the lake's papers and paths write it."""

import time
from datetime import UTC, date, datetime


def now() -> str:
    """Return the time in whole seconds, such as 2026-11-24T07:00:00Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def today() -> date:
    """Return the date."""
    return datetime.now(UTC).date()
