"""The simulated OMDb over HTTP: key, quota, words, broken bodies, faults."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from harvester.errors import SettingError
from harvester.simulator import SimulatorOptions, simulate
from harvester.simulator.omdb import OmdbOptions

KNOWN = "tt0111161"


class Asking:
    """Asks a simulator."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def __call__(self, imdb_id: str, key: str = "k") -> tuple[int, bytes]:
        """Return status and body."""
        params = {"i": imdb_id, "plot": "full"} | ({"apikey": key} if key else {})
        async with self._session.get(f"{self._url}/", params=params) as response:
            assert response.headers["X-Harvester-Synthetic"] == "1"
            return response.status, await response.read()

    async def said(self, imdb_id: str, key: str = "k") -> tuple[int, Any]:
        """Return the status, and the error if there is one."""
        status, body = await self(imdb_id, key)
        return status, json.loads(body).get("Error")


@asynccontextmanager
async def asking(**options: Any) -> AsyncIterator[Asking]:
    """Run a simulator."""
    async with (
        simulate(SimulatorOptions(latency_ms=0, **options)) as simulator,
        aiohttp.ClientSession() as session,
    ):
        yield Asking(session, simulator.omdb_url)


async def test_keys() -> None:
    """Only the words tell a missing key from a wrong one."""
    async with asking(omdb=OmdbOptions(key="right")) as ask:
        assert await ask.said(KNOWN, "right") == (200, None)
        assert await ask.said(KNOWN, "wrong") == (401, "Invalid API key!")
        assert await ask.said(KNOWN, "") == (401, "No API key provided.")


async def test_what_it_lacks() -> None:
    """With status 200; what TMDB does not have, OMDb has neither."""
    async with asking() as ask:
        assert await ask.said("tt0000502") == (200, "Error getting data.")
        assert await ask.said("tt600111161") == (200, "Error getting data.")
        assert await ask.said("111161") == (200, "Incorrect IMDb ID.")
        unknown = [(await ask.said(f"tt{number:07d}"))[1] for number in range(1, 401)]
    assert 30 < unknown.count("Error getting data.") < 90
    assert unknown.count(None) == 400 - unknown.count("Error getting data.")


async def test_a_quota_is_of_a_key_and_a_utc_day() -> None:
    """What is not found counts, too; what is refused does not."""
    now = datetime(2026, 11, 25, 23, 59, tzinfo=UTC)
    async with asking(omdb=OmdbOptions(quota=3), now=lambda: now) as ask:
        for imdb_id in (KNOWN, "tt0000502", KNOWN):
            assert (await ask.said(imdb_id, "a"))[0] == 200
        assert await ask.said(KNOWN, "a") == (401, "Request limit reached!")
        assert await ask.said(KNOWN, "b") == (200, None)
        now += timedelta(minutes=1)
        assert await ask.said(KNOWN, "a") == (200, None)


async def test_broken_bodies_are_no_json_and_the_same_each_time() -> None:
    """Those of the share that is asked for, in all the ways that OMDb has."""
    async with asking(omdb=OmdbOptions(broken=1.0)) as ask:
        ways: Counter[bytes] = Counter()
        for number in range(1, 120):
            imdb_id = f"tt{number:07d}"
            _, body = await ask(imdb_id)
            if b'"Error"' in body:
                continue
            with pytest.raises(ValueError, match="."):  # noqa: RUF043 - of whatever kind
                json.loads(body)
            assert body == (await ask(imdb_id))[1]
            signs = (rb"\S", b"\t", b"\x1f", rb"\'", b'"quiet"', rb'\","Language"')
            ways.update(sign for sign in signs if sign in body)
    assert len(ways) == 6
    async with asking() as ask:
        assert json.loads((await ask(KNOWN))[1])["imdbID"] == KNOWN


@pytest.mark.parametrize(
    ("fault", "status", "part"),
    [
        ("429", 429, b"Too many requests"),
        ("401", 401, b"Invalid API key!"),
        ("500", 500, b'"Response":"False"'),
        ("502", 502, b"<html>"),
        ("html", 200, b"<html>"),
        ("list", 200, b"[{"),
        ("otherid", 200, b'"imdbID":"tt0111162"'),
        ("etag", 200, b'"imdbID":"tt0111161"'),  # a fault of TMDB's alone
        ("gzip", 200, b"\x1f\x8b"),
    ],
)
async def test_faults(fault: str, status: int, part: bytes) -> None:
    """The simulator's, as OMDb would have them."""
    async with asking(faults=f"{fault}=1") as ask:
        found, body = await ask(KNOWN)
    assert found == status
    assert part in body


@pytest.mark.parametrize(
    "options", [OmdbOptions(quota=-1), OmdbOptions(broken=1.1), OmdbOptions(broken=-0.1)]
)
async def test_options_that_can_not_be(options: OmdbOptions) -> None:
    """One sentence."""
    with pytest.raises(SettingError, match="simulated OMDb"):
        async with simulate(SimulatorOptions(omdb=options)):
            pass
