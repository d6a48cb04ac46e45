"""The zones drop what is expired: the next build is as if the run had never been."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_lake import Made, make, table

from harvester.run.choose import plan_of
from harvester.run.expire_run import expire_run
from harvester.stores import open_store
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

LAKE = Path("l")
TMDB = "Trusted/TMDB/Parquet"
FIRST, SECOND, LATER = "20261124-0a", "20261124-0b", "20261125-0a"


def _made(number: int, title: str, second: int) -> Made:
    bodies: dict[str, Any] = {
        "details": {"id": number, "title": title},
        "credits": {"cast": [], "crew": []},
        "keywords": {"keywords": []},
    }
    at = f"2026-11-24T07:00:{second:02d}Z"
    return Made(f"tt{number:07d}", "movie", number, bodies, fetched_at=at)


async def _lake() -> None:
    """Make two runs of one date, the second with a newer record of title 1, and one of another."""
    await make(LAKE, [_made(1, "old", 1), _made(2, "only in the first", 1)], run=FIRST)
    await make(LAKE, [_made(1, "new", 2)], run=SECOND)
    await make(LAKE, [_made(3, "later", 3)], run=LATER, day=date(2026, 11, 25))


async def _build(*expired: str) -> dict[str, Any]:
    async with open_store("l") as store:
        for run in expired:
            await expire_run(store, await plan_of(store, run))
        done = (await build_trusted(store, "duckdb", rebuild=False)).plain()
        await build_refined(store, "duckdb", rebuild=False)
    assert done["breaches"] == 0
    return done


def _titles() -> dict[str, str]:
    """Return the titles of both zones, which must be of the same ids."""
    rows = table(LAKE, f"{TMDB}/Movies/details")
    outcomes = table(LAKE, f"{TMDB}/Outcomes")
    assert {row["title_id"] for row in outcomes} == {row["title_id"] for row in rows}
    refined = {row["title_id"] for row in table(LAKE, "Refined/Parquet/dim_title")}
    assert refined == {row["title_id"] for row in rows}
    return {row["title_id"]: row["title"] for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expired", "titles"),
    [
        (FIRST, {"tt0000001": "new", "tt0000003": "later"}),
        pytest.param(
            SECOND,
            {"tt0000001": "old", "tt0000002": "only in the first", "tt0000003": "later"},
            marks=[pytest.mark.slow],
        ),
    ],
)
async def test_one_of_two_runs_of_a_date(expired: str, titles: dict[str, str]) -> None:
    """Its rows go, and what it had superseded is back; the other date is kept as it is."""
    await _lake()
    await _build()
    assert _titles()["tt0000001"] == "new"
    done = await _build(expired)
    assert (done["built"], done["kept"]) == (["2026-11-24"], ["local", "2026-11-25"])
    assert _titles() == titles
    assert (await _build())["built"] == []


@pytest.mark.slow
async def test_all_runs_of_a_date() -> None:
    """Its partitions go; a date whose runs were all expired before was never built."""
    await _lake()
    await _build()
    done = await _build(FIRST, SECOND)
    assert (done["built"], done["removed"]) == ([], ["2026-11-24"])
    assert (await _build())["removed"] == []
    assert _titles() == {"tt0000003": "later"}
    assert not list(LAKE.rglob("dt=2026-11-24"))


@pytest.mark.slow
async def test_expired_real_runs_are_real() -> None:
    """Simulated records do not come in when the real ones have gone."""
    await make(LAKE, [_made(1, "real", 1)], run=FIRST)
    await make(LAKE, [_made(2, "made up", 1)], run=LATER, day=date(2026, 11, 25), synthetic=True)
    await _build()
    done = await _build(FIRST)
    assert done["simulated_runs_left_out"] == 1
    assert not list((LAKE / TMDB).rglob("dt=*"))
