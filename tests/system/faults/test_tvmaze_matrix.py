"""Every fault on every kind of request to TVmaze: what passes does no harm.

What lasts fails one title; where the index or the updates are asked for it ends the command.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import faulty_server
import pytest
from faulty_tvmaze import FIRST, PAGES, body_of, faulty_tvmaze, show_body
from scripted_tvmaze import breaches, harvest_series, outcomes_of, records_of, unlimited

from harvester.errors import UpstreamDown
from harvester.lake.documents.summary import Report
from harvester.origins.origin import Access, Changing
from harvester.origins.tvmaze.index import choice
from harvester.origins.tvmaze.origin import TvmazeOrigin
from harvester.stores import open_store
from harvester.upstream import client
from harvester.upstream.tally import Tally

pytestmark = pytest.mark.usefixtures("impatient")

# The fault, and the reason of a title on which it never passes; None: it does no damage.
LASTING = faulty_server.LASTING | {
    "etag": None,  # TVmaze sends none, and a wrong one is nobody's
    "list": "not_an_array",
    "another": "not_an_array",
}
PASSING = ["429", "retry-after", *LASTING]
ENDPOINTS = {
    "lookup": "lookup/shows?imdb=tt{n:07d}",
    "show": "shows/{n}",
    "episodes": "shows/{n}/episodes?specials=1",
    "cast": "shows/{n}/cast",
}
OF_A_SHOW = {"list": "not_an_object", "another": "another_id"}
OF_A_LOOKUP = frozenset({"html", "content-type", "gzip", "etag", "damaged", "list", "another"})
"""These are bodies with status 200, where a lookup leads somewhere else."""


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited(monkeypatch)


async def _harvest(base_url: str, titles: int) -> Report:
    ids = [f"tt{number:07d}" for number in range(FIRST, FIRST + titles)]
    return await harvest_series(base_url, ids, endpoints=("show", "episodes", "cast"))


def _assert_whole() -> None:
    """Assert that no damaged body is in any record."""
    for (imdb_id, endpoint), record in records_of().items():
        body = body_of(ENDPOINTS[endpoint].format(n=int(imdb_id[2:])))
        assert body is not None
        assert record["response"] == json.loads(body)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_a_fault_that_passes(endpoint: str) -> None:
    """Each fault affects one title twice, then passes: every title is harvested completely."""
    async with faulty_tvmaze() as tvmaze:
        for number, fault in enumerate(PASSING, FIRST):
            tvmaze.passing[ENDPOINTS[endpoint].format(n=number)] = fault
        report = await _harvest(tvmaze.base_url, len(PASSING))
    assert (report.finish_reason, report.titles.harvested) == ("finished", len(PASSING))
    assert report.requests.throttled == 4
    assert len(records_of()) == 3 * len(PASSING)
    _assert_whole()
    assert await breaches(report.run) == []


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_a_fault_that_lasts(endpoint: str) -> None:
    """Each fault affects one title permanently: that title fails with the recorded reason."""
    async with faulty_tvmaze() as tvmaze:
        for number, fault in enumerate(LASTING, FIRST):
            tvmaze.lasting[ENDPOINTS[endpoint].format(n=number)] = fault
        report = await _harvest(tvmaze.base_url, 99)
    outcomes = outcomes_of(report.run)
    failed = 0
    for number, (fault, reason) in enumerate(LASTING.items(), FIRST):
        if endpoint == "lookup" and fault in OF_A_LOOKUP:
            reason = "http_200"  # noqa: PLW2901
        elif endpoint == "show":
            reason = OF_A_SHOW.get(fault, reason or "") or None  # noqa: PLW2901
        outcome = outcomes[f"tt{number:07d}"]
        assert (outcome["outcome"], outcome.get("reason")) == (
            ("harvested", None) if reason is None else ("failed", f"{endpoint}: {reason}")
        ), fault
        failed += reason is not None
    assert (report.finish_reason, report.titles.failed) == ("finished", failed)
    _assert_whole()
    assert await breaches(report.run) == []


@pytest.mark.parametrize("first", range(0, len(PASSING), PAGES))
async def test_faults_on_the_index_that_pass(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page fails twice, each in its way: no show is lost, none cut wrongly."""
    monkeypatch.setattr(choice, "INDEX_REQUESTS", 0)
    async with faulty_tvmaze() as tvmaze:
        # The last of them is behind the index: a 404 is its good answer.
        for page, fault in enumerate(PASSING[first : first + PAGES], 1):
            tvmaze.passing[f"shows?page={page}"] = fault
        report = await _harvest(tvmaze.base_url, 20)
    assert (report.finish_reason, report.titles.harvested) == ("finished", 20)
    assert not [path for path in tvmaze.asked if path.startswith("lookup")]
    files = Path("l").glob("Raw/TVmaze/JSON/Shows/*/*/*/*.json")
    bodies = b"".join(path.read_bytes() for path in files)
    assert all(show_body(number) in bodies for number in range(FIRST, FIRST + 20))
    assert await breaches(report.run) == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*LASTING, "429"])
async def test_a_fault_on_the_index_that_lasts(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends with one sentence that waiting may help, before any title has an outcome."""
    monkeypatch.setattr(choice, "INDEX_REQUESTS", 0)
    monkeypatch.setattr(client, "THROTTLED_TOO_LONG_SECONDS", 2.0)
    async with faulty_tvmaze() as tvmaze:
        tvmaze.lasting["shows?page=4"] = fault
        report = await _harvest(tvmaze.base_url, 20)
    if LASTING.get(fault, "throttled") is None:
        assert report.titles.harvested == 20
        return
    assert (report.finish_reason, report.titles.pending) == ("upstream_down", 20)
    assert report.message is not None
    assert report.message.endswith("run the command again later")
    assert not list(Path("l").rglob("*-000004.json"))


UPDATED = {5: 1_795_500_000, 8: 1_795_600_000}
"""2026-11-24, 06:00 and 2026-11-25, 09:46 UTC."""


async def _updated(base_url: str) -> list[list[int]]:
    since, now = datetime(2026, 11, 25, 6, tzinfo=UTC), datetime(2026, 11, 27, 6, tzinfo=UTC)
    access, tally = Access(base_url, rate=1000.0), Tally()
    async with (
        open_store("l") as store,
        TvmazeOrigin(most_in_10_s=10_000).connect(access, tally) as tvmaze,
    ):
        assert isinstance(tvmaze, Changing)
        days = tvmaze.changes(store, "tv", since, now, tally)
        return [list(day.ids) async for day in days]


@pytest.mark.parametrize("fault", PASSING)
async def test_a_fault_on_updates_that_passes(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first two requests fail: each day is there whole, and kept."""
    body = json.dumps({str(show): at for show, at in UPDATED.items()}).encode()
    monkeypatch.setattr("faulty_tvmaze.body_of", lambda _path: body)
    async with faulty_tvmaze() as tvmaze:
        tvmaze.passing["updates/shows?since=week"] = fault
        assert await _updated(tvmaze.base_url) == [[5], [8]]
    kept = sorted(Path("l").rglob("_changes/tv/*/*/*.json"))
    assert [json.loads(path.read_bytes())["ids"] for path in kept] == [[5], [8]]


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*LASTING, "429"])
async def test_a_fault_on_updates_that_lasts(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence of what waiting may end, and nothing is kept; or it does no damage at all."""
    monkeypatch.setattr(client, "THROTTLED_TOO_LONG_SECONDS", 2.0)
    body = json.dumps({str(show): at for show, at in UPDATED.items()}).encode()
    own = body_of
    monkeypatch.setattr(
        "faulty_tvmaze.body_of", lambda path: body if path.startswith("updates") else own(path)
    )
    async with faulty_tvmaze() as tvmaze:
        tvmaze.lasting["updates/shows?since=week"] = fault
        if LASTING.get(fault, "throttled") is None:
            assert await _updated(tvmaze.base_url) == [[5], [8]]
            return
        with pytest.raises(UpstreamDown) as caught:
            await _updated(tvmaze.base_url)
    assert str(caught.value).endswith("run the command again later")
    assert not list(Path("l").rglob("*.json"))
