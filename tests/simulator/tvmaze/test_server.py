"""The simulated TVmaze on its socket: redirects, its limit, and its faults."""

import asyncio
import json
from collections.abc import Mapping

import aiohttp
import pytest
from scripted_tvmaze import breaches, harvest_series, records_of, unlimited

from harvester.errors import SettingError
from harvester.simulator import SimulatorOptions, simulate
from harvester.simulator.faults import KINDS
from harvester.simulator.tvmaze import TvmazeOptions

FIRST = 850_000_000


async def _get(url: str) -> tuple[int, Mapping[str, str], bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, allow_redirects=False) as response,
    ):
        return response.status, response.headers, await response.read()


async def test_it_is_served_beside_tmdb() -> None:
    """At one address, without a key; every answer says that it is synthetic."""
    async with simulate(SimulatorOptions(latency_ms=0)) as simulator:
        assert simulator.tvmaze_url == simulator.base_url.removesuffix("/3") + "/tvmaze"
        status, headers, body = await _get(f"{simulator.tvmaze_url}/shows/1")
        assert (status, json.loads(body)["id"]) == (200, 1)
        assert headers["X-Harvester-Synthetic"] == "1"
        assert "ETag" not in headers
        status, headers, body = await _get(f"{simulator.tvmaze_url}/lookup/shows?imdb=tt{FIRST}")
        assert (status, body) == (301, b"")
        assert headers["Location"] == f"{simulator.tvmaze_url}/shows/27"
        assert headers["X-Harvester-Synthetic"] == "1"
        assert (await _get(f"{simulator.tvmaze_url}/lookup/shows?imdb=tt1"))[0] == 404
        assert (await _get(f"{simulator.tvmaze_url}/other"))[0] == 404
        assert simulator.stats()["by_endpoint"] == {
            "tvmaze/show": 1,
            "tvmaze/lookup": 2,
            "tvmaze/other": 1,
        }


async def test_its_limit() -> None:
    """Above 20 in 10 seconds it answers 429."""
    options = SimulatorOptions(latency_ms=0, tvmaze=TvmazeOptions(limit=20))
    async with simulate(options) as simulator:
        statuses = [
            status
            for status, _, _ in await asyncio.gather(
                *(_get(f"{simulator.tvmaze_url}/shows/1") for _ in range(15))
            )
        ]
        statuses += [(await _get(f"{simulator.tvmaze_url}/shows/1"))[0] for _ in range(8)]
    assert statuses == [200] * 20 + [429] * 3


async def test_a_limit_that_cannot_be() -> None:
    """One sentence, before anything is served."""
    with pytest.raises(SettingError, match="at least 1 request"):
        async with simulate(SimulatorOptions(tvmaze=TvmazeOptions(limit=0))):
            pass


NOT_TVMAZES = {"401", "etag", "dropped"}
SLOW = {"stall", "slow", "retry-after"}


@pytest.mark.parametrize(
    "kind",
    [pytest.param(one, marks=[pytest.mark.slow] if one in SLOW else []) for one in sorted(KINDS)],
)
async def test_its_faults(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each affects some answers, and does a harvest no harm."""
    unlimited(monkeypatch)
    options = SimulatorOptions(latency_ms=0, faults=f"{kind}=0.3")
    async with simulate(options) as simulator:
        ids = [f"tt{FIRST + number}" for number in range(8)]
        report = await harvest_series(
            simulator.tvmaze_url, ids, endpoints=("show", "episodes", "cast")
        )
        faults = simulator.stats()["faults"]
    assert (kind in faults) is (kind not in NOT_TVMAZES)
    assert report.titles.harvested == 8
    assert len(records_of()) == 24
    assert await breaches(report.run) == []
