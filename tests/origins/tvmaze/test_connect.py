"""TVmaze is asked no faster than it takes, whatever the user says; slower if they do."""

import asyncio

import pytest
from scripted_tvmaze import scripted_tvmaze
from virtual_time import now, run_in_virtual_time

from harvester.errors import RouteError
from harvester.origins.origin import Access, Answering, Changing, Preparing, Rationed
from harvester.origins.tvmaze.connect import pace_of
from harvester.origins.tvmaze.origin import TvmazeOrigin
from harvester.run.workers import share
from harvester.settings import Settings
from harvester.upstream.tally import Tally


async def _starts(access: Access, count: int) -> list[float]:
    pace = pace_of(access, 20)
    starts = []

    async def one() -> None:
        await pace.turn()
        starts.append(now())

    await asyncio.gather(*(one() for _ in range(count)))
    return starts


@pytest.mark.parametrize("rate", [2.0, 40.0, 5_000.0])
@pytest.mark.parametrize("auto", [False, True])
def test_never_more_than_20_in_any_10_seconds(rate: float, *, auto: bool) -> None:
    """By our clock, both ends of the 10 seconds included; and nearly as many as that."""
    starts = run_in_virtual_time(_starts(Access("http://x", rate=rate, auto=auto), 400))
    assert all(later - first > 10 for first, later in zip(starts, starts[20:], strict=False))
    assert starts[-1] < 400 / 1.9


@pytest.mark.parametrize(("rate", "most"), [(1.0, 10), (0.5, 5), (2 / 3, 6), (0.05, 1)])
def test_a_slower_rate_is_honoured(rate: float, most: int) -> None:
    """Its share of 20 is what starts in 10 s: four workers at a quarter each have 20 together."""
    starts = run_in_virtual_time(_starts(Access("http://x", rate=rate), 60))
    assert all(later - first > 10 for first, later in zip(starts, starts[most:], strict=False))
    assert (len(starts) - 1) / (starts[-1] - starts[0]) <= rate * 1.01


async def test_what_it_can() -> None:
    """It reads an index first and knows what changed; it has no quota and answers no question."""
    async with (
        scripted_tvmaze() as server,
        TvmazeOrigin().connect(Access(server.base_url), Tally()) as tvmaze,
    ):
        assert isinstance(tvmaze, Preparing)
        assert isinstance(tvmaze, Changing)
        assert not isinstance(tvmaze, Answering | Rationed)
        assert await tvmaze.check() is False
        assert tvmaze.is_probing is False


async def test_without_an_address_there_is_a_simulator() -> None:
    """It lives as long as the connection, and says that its answers are synthetic."""
    async with TvmazeOrigin().connect(Access(None), Tally()) as tvmaze:
        assert await tvmaze.check() is True


async def test_an_address_that_is_no_tvmaze() -> None:
    """One sentence that names the variable."""
    async with scripted_tvmaze() as server:
        access = Access(server.base_url.removesuffix("/tvmaze") + "/other")
        async with TvmazeOrigin().connect(access, Tally()) as tvmaze:
            with pytest.raises(RouteError, match="TVMAZE_BASE_URL does not lead to TVmaze's API"):
                await tvmaze.check()


def test_workers_share_what_it_takes() -> None:
    """Whatever rate is asked for, all workers together are no faster; a lower one is divided."""
    for rate, wanted in ((40.0, 0.5), (2.0, 0.5), (1.0, 0.25)):
        settings = Settings(lake="l", origin="TVmaze", rate=rate)
        assert settings.top_rate == min(rate, 2.0)
        assert share(settings, 4).top_rate == wanted
        assert share(settings, 4).concurrency == settings.concurrency // 4
