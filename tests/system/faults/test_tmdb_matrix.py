"""Every fault of TMDB on every kind of request: what passes does no harm.

What lasts fails one title, or ends the command where a list of changes is asked for.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faulty_server
import pytest
from csvs import movies
from faulty_tmdb import CHANGED, faulty_tmdb
from invariants import judge, records

from harvester.errors import UpstreamDown
from harvester.origins.origin import Access, Changing
from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.settings import load_settings
from harvester.stores import open_store
from harvester.upstream import client
from harvester.upstream.credential import Credential
from harvester.upstream.tally import Tally

pytestmark = pytest.mark.usefixtures("impatient")

# The fault, and the reason of a title on which it never passes; None: it does no damage.
LASTING = faulty_server.LASTING | {
    "null": None,  # a fault of find's answer alone
    "etag": None,  # two fetches gave the same bytes, and they parse
    "list": "not_an_object",
    "another": "another_id",
}
PASSING = ["429", "retry-after", *LASTING]
ENDPOINTS = {
    "find": "find/tt{n:07d}",
    "details": "movie/{n}",
    "credits": "movie/{n}/credits",
    "keywords": "movie/{n}/keywords",
}


async def _harvest(base_url: str) -> dict[str, Any]:
    environ = {"TMDB_BASE_URL": base_url, "TMDB_TOKEN": "x"}
    flags = {"inputs": ["m.csv"], "lake": "l", "rate": "1000"}
    report = await harvest(load_settings(flags, environ=environ), stop=Stop())
    return report.to_dict()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_a_fault_that_passes(endpoint: str, tmp_path: Path) -> None:
    """Each fault affects one title twice, then passes: every title is harvested completely."""
    ids = movies(tmp_path / "m.csv", range(1, len(PASSING) + 1))
    async with faulty_tmdb() as tmdb:
        for number, fault in enumerate(PASSING, 1):
            if (endpoint, fault) == ("find", "another"):  # find carries no id to compare
                continue
            tmdb.passing[ENDPOINTS[endpoint].format(n=number)] = fault
        report = await _harvest(tmdb.base_url)
    outcomes = judge(Path("l"), report["run"], ids)
    assert {one["outcome"] for one in outcomes.values()} == {"harvested"}
    assert report["finish_reason"] == "finished"
    assert report["requests"]["throttled"] == 4
    _assert_whole(records(Path("l"), report["run"]))


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_a_fault_that_lasts(endpoint: str, tmp_path: Path) -> None:
    """Each fault affects one title permanently: that title fails with the recorded reason."""
    movies(tmp_path / "m.csv", range(1, 100))
    async with faulty_tmdb() as tmdb:
        for number, fault in enumerate(LASTING, 1):
            tmdb.lasting[ENDPOINTS[endpoint].format(n=number)] = fault
        report = await _harvest(tmdb.base_url)
    outcomes = judge(Path("l"), report["run"])
    wanted = {}
    for number, (fault, reason) in enumerate(LASTING.items(), 1):
        if endpoint == "find" and fault in {"another", "null"}:
            reason = "unexpected_shape"  # noqa: PLW2901 - find carries no id to compare
        wanted[fault] = None if reason is None else f"{endpoint}: {reason}"
        outcome = outcomes[f"tt{number:07d}"]
        assert (outcome["outcome"], outcome["reason"]) == (
            ("harvested", None) if reason is None else ("failed", wanted[fault])
        ), fault
    assert report["finish_reason"] == "finished"
    assert report["titles"]["failed"] == len([one for one in wanted.values() if one])
    _assert_whole(records(Path("l"), report["run"]))


async def _changes(base_url: str) -> list[list[int]]:
    """Return the movies that changed on two days."""
    since, now = datetime(2026, 11, 20, 17, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
    access = Access(base_url, Credential(headers={"Authorization": "Bearer x"}), rate=1000.0)
    tally = Tally()
    async with (
        open_store("l") as store,
        TmdbOrigin().connect(access, tally) as tmdb,
    ):
        assert isinstance(tmdb, Changing)
        days = tmdb.changes(store, "movie", since, now, tally)
        return [list(day.ids) async for day in days]


@pytest.mark.parametrize("fault", PASSING)
async def test_a_fault_on_changes_that_passes(fault: str) -> None:
    """The first two requests fail: each day is there whole, and kept."""
    async with faulty_tmdb() as tmdb:
        tmdb.passing["movie/changes"] = fault
        assert await _changes(tmdb.base_url) == [list(CHANGED)] * 2
    kept = sorted(Path("l").rglob("*.json"))
    assert [json.loads(path.read_bytes())["ids"] for path in kept] == [list(CHANGED)] * 2


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*LASTING, "429"])
async def test_a_fault_on_changes_that_lasts(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence of what waiting may end, and nothing is kept; or it does no damage at all."""
    monkeypatch.setattr(client, "THROTTLED_TOO_LONG_SECONDS", 2.0)
    async with faulty_tmdb() as tmdb:
        tmdb.lasting["movie/changes"] = fault
        if fault != "null" and LASTING.get(fault, "throttled") is None:
            assert await _changes(tmdb.base_url) == [list(CHANGED)] * 2
            return
        with pytest.raises(UpstreamDown) as caught:
            await _changes(tmdb.base_url)
    assert str(caught.value).endswith("run the command again later")
    assert not list(Path("l").rglob("*.json"))


def _assert_whole(found: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Assert that no damaged body is in any record."""
    for (imdb_id, endpoint), record in found.items():
        response = record["response"]
        if endpoint == "find":
            assert response["movie_results"][0]["id"] == int(imdb_id[2:])
        else:
            assert response == {
                "id": int(imdb_id[2:]),
                "of": ENDPOINTS[endpoint].format(n=int(imdb_id[2:])),
                "é": "é",
            }
