"""TVmaze's list of last updates is asked for as far back as is needed, and read or refused."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from harvester.errors import UpstreamDown
from harvester.origins.tvmaze.updates.ask import ask_updates, parse_updates
from harvester.upstream.client import Failure
from harvester.upstream.tally import Tally

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)


class _Client:
    """Answers with one body, and keeps what it was asked for."""

    def __init__(self, body: bytes | Failure) -> None:
        self.body = body
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    async def get(self, _name: str, path: str, params: Mapping[str, str], **_: Any) -> Any:
        self.asked.append((path, params))
        return self.body


async def _asked(body: bytes | Failure, first: date) -> tuple[dict[date, list[int]], Any]:
    client = _Client(body)
    found = await ask_updates(client, first, NOW, Tally())  # type: ignore[arg-type]
    return found, client.asked


@pytest.mark.parametrize(
    ("first", "params"),
    [
        (date(2026, 11, 24), {"since": "week"}),
        (date(2026, 11, 20), {"since": "week"}),
        (date(2026, 11, 19), {"since": "month"}),  # its midnight is 7 days and 2 hours ago
        (date(2026, 10, 30), {"since": "month"}),
        (date(2026, 10, 29), {}),
        (date(2026, 1, 1), {}),
    ],
)
async def test_the_span_holds_the_first_day(first: date, params: dict[str, str]) -> None:
    """A month is taken as 28 days, since how long TVmaze's is, is not documented."""
    _, asked = await _asked(b"{}", first)
    assert asked == [("updates/shows", params)]


async def test_shows_by_the_day_of_their_update() -> None:
    """A day is UTC's; what was updated before the first one is left out."""
    times = {
        7: datetime(2026, 11, 24, tzinfo=UTC),
        5: datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC),
        6: datetime(2026, 11, 25, tzinfo=UTC),
        9: datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC),
    }
    body = json.dumps({str(show): int(at.timestamp()) for show, at in times.items()}).encode()
    found, _ = await _asked(body, date(2026, 11, 24))
    assert found == {date(2026, 11, 24): [7, 5], date(2026, 11, 25): [6]}


@pytest.mark.parametrize("answer", [Failure("http_404"), b"[1]"])
async def test_what_does_not_come_ends_the_run(answer: bytes | Failure) -> None:
    """Never a list that lacks something."""
    with pytest.raises(UpstreamDown, match=r"shows were updated.*run the command again later"):
        await _asked(answer, date(2026, 11, 24))


@pytest.mark.parametrize("body", [b"{}", b"[]", b" [] \n"])
def test_no_updates(body: bytes) -> None:
    """TVmaze is written in PHP, where an object without members is an array."""
    assert parse_updates(body) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b'{"a":1795500000}',
        b'{"0":1795500000}',
        b'{"01":1795500000}',
        b'{"1":"1795500000"}',
        b'{"1":null}',
        b'{"1":0}',
        b'{"1":-5}',
        b'{"1":1e300}',
        b'{"1":99999999999999999}',
        b'{"1":1795500000',
        b'{"\xff":1}',
    ],
)
def test_what_is_no_list_of_updates(body: bytes) -> None:
    """Ids and moments, and nothing else."""
    assert parse_updates(body) is None
