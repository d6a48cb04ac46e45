"""A few slow responses must not slow the rest: real units in flight, in virtual time."""

import random
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import orjson
import pytest
from limited_tmdb import LimitedTmdb, client_of
from virtual_time import now, run_in_virtual_time

from harvester.lake.documents.plan import Plan
from harvester.model import Asked
from harvester.origins.tmdb.connection import TmdbConnection
from harvester.origins.tmdb.endpoints import DEFAULT
from harvester.origins.tmdb.exports.download import EXPORTS_URL
from harvester.run import plan as planning
from harvester.run.state import RunState, unobserved
from harvester.run.stop import Stop
from harvester.run.units import harvest_units

RATE = 40.0
TITLES = 1_500


class _Lake:
    """The part of a store that a unit needs."""

    async def list(self, _prefix: str) -> AsyncIterator[Any]:
        """List nothing."""
        nothing: tuple[Any, ...] = ()
        for entry in nothing:
            yield entry

    async def put(self, _key: str, _data: bytes) -> None:
        """Accept an object."""

    async def create(self, _key: str, _data: bytes) -> bool:
        """Accept an object as a new one."""
        return True


def _body(url: str) -> bytes:
    if "/find/" in url:
        found: dict[str, Any] = {f"{kind}_results": [] for kind in ("movie", "tv", "person")}
        return orjson.dumps(found | {"movie_results": [{"id": 7}]})
    return b'{"id":7,"a":1}'


def test_a_slow_hundredth_leaves_the_limit_used() -> None:
    """One response in a hundred takes 4 s longer: still 98 % of the rate is used."""
    tmdb = LimitedTmdb(
        10_000,
        3,
        latency=lambda chance: 4.05 if chance.random() < 0.01 else 0.05,
        way_seconds=(0.0, 0.01),
        body=_body,
    )
    titles = planning.lay_out([planning.Group("movie", list(range(1, TITLES + 1)))], None)
    asked = Asked(DEFAULT, None, (), None, "array", "h")
    plan = Plan("r", "0" * 8, date(2026, 1, 1), "", (), asked, False, TITLES, titles.sha256)
    chance = random.Random(4)

    async def main() -> None:
        client = client_of(tmdb, RATE)
        state = RunState("lake", now(), connection=TmdbConnection(client, EXPORTS_URL))
        await harvest_units(
            _Lake(),  # type: ignore[arg-type]  # has all that a unit uses of a store
            plan,
            titles,
            range(plan.units),
            state,
            stop=Stop(),
            observe=unobserved,
        )
        assert state.totals.outcomes == {"harvested": TITLES}

    run_in_virtual_time(main(), lag=lambda: chance.uniform(0, 0.002))
    starts = tmdb.starts
    assert len(starts) == 4 * TITLES
    steady = [at for at in starts if 5 <= at < starts[-400]]  # the last unit runs alone
    assert len(steady) / (steady[-1] - steady[0]) >= 0.98 * RATE
    # What the docs say about duration: requests divided by the rate, and a tail of seconds.
    assert starts[-1] - starts[0] <= 4 * TITLES / RATE + 5


@pytest.mark.slow
def test_five_seconds_of_latency_leave_the_limit_used() -> None:
    """With connections for it, bodies are counted without costing a request its turn."""
    tmdb = LimitedTmdb(10_000, 3, latency=lambda _: 5.0, way_seconds=(0.0, 0.01), body=_body)
    titles = planning.lay_out([planning.Group("movie", list(range(1, TITLES + 1)))], None)
    asked = Asked(DEFAULT, None, (), None, "array", "h")
    plan = Plan("r", "0" * 8, date(2026, 1, 1), "", (), asked, False, TITLES, titles.sha256)

    async def main() -> None:
        state = RunState(
            "lake",
            now(),
            connection=TmdbConnection(client_of(tmdb, RATE, concurrency=240), EXPORTS_URL),
        )
        await harvest_units(
            _Lake(),  # type: ignore[arg-type]  # has all that a unit uses of a store
            plan,
            titles,
            range(plan.units),
            state,
            stop=Stop(),
            observe=unobserved,
        )
        assert state.totals.outcomes == {"harvested": TITLES}

    run_in_virtual_time(main())
    steady = [at for at in tmdb.starts if 15 <= at < tmdb.starts[-800]]
    assert len(steady) / (steady[-1] - steady[0]) >= 0.98 * RATE
