"""A run's connection asks its origin only what that can."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from harvester.errors import InputError
from harvester.origins.origin import ChangedDay
from harvester.run.connection import CheckedConnection
from harvester.upstream.tally import Tally

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Silent:
    """An origin that says nothing of changes and answers no question."""

    checks = 0

    async def check(self) -> bool:
        """Count the checks."""
        self.checks += 1
        return False


class Telling(Silent):
    """One that says which titles changed."""

    def __init__(self, days: Sequence[date]) -> None:
        self.days = days

    async def days_to_ask(self, *_: Any) -> Sequence[date]:
        """Return the days without a list."""
        return self.days

    async def changes(self, *_: Any, **__: Any) -> AsyncIterator[ChangedDay]:
        """Yield one day."""
        yield ChangedDay(NOW.date(), NOW, [7])


async def changed(origin: Silent) -> list[ChangedDay]:
    """Return what changed, as a run of what is due asks it."""
    connection = CheckedConnection(origin, Tally())  # type: ignore[arg-type]
    return [day async for day in connection.changes(None, "movie", NOW, NOW, dry=False)]  # type: ignore[arg-type]


async def test_an_origin_that_tells_no_changes_has_none() -> None:
    """Its titles are due by their age; nothing is asked of it."""
    origin = Silent()
    assert await changed(origin) == []
    assert origin.checks == 0


@pytest.mark.parametrize(("days", "checks"), [([], 0), ([NOW.date()], 1)])
async def test_the_credential_is_checked_where_a_day_is_asked(
    days: list[date], checks: int
) -> None:
    """And only there: lists that the lake has need no token."""
    origin = Telling(days)
    assert [list(day.ids) for day in await changed(origin)] == [[7]]
    assert origin.checks == checks


async def test_a_question_to_an_origin_that_answers_none() -> None:
    """It is refused before anything is sent."""
    origin = Silent()
    connection = CheckedConnection(origin, Tally())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="this origin answers none"):
        await connection.answer("tmdb:x", None, None, None)  # type: ignore[arg-type]
    assert origin.checks == 0
