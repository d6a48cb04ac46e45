"""Every fault of OMDb: what passes does no harm, what lasts fails one title."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import faulty_server
import pytest
from csvs import movies
from faulty_omdb import FaultyOmdb, faulty_omdb
from scripted_omdb import KEY, title

from harvester.lake.documents.summary import Report
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.verify import Checked, verify_run
from harvester.settings import Settings
from harvester.stores import open_store
from harvester.upstream.credential import Credential

pytestmark = pytest.mark.usefixtures("impatient")

# The fault, and the reason of a title on which it never passes; None: it does no damage.
LASTING = faulty_server.LASTING | {
    "etag": None,  # OMDb has none
    "list": "not_an_object",
    "another": "another_id",
}
PASSING = [
    "429",
    "retry-after",
    *(fault for fault in LASTING if fault not in {"damaged", "another"}),
]
"""What is wrong in OMDb's own words twice is a failure: a fault that passes comes twice here."""


async def _harvest(omdb: FaultyOmdb) -> Report:
    settings = Settings(
        lake="l",
        inputs=("m.csv",),
        endpoints=("title",),
        origin="OMDb",
        rate=1000.0,
        base_url=omdb.base_url,
        credential=Credential(params={"apikey": KEY}),
        date=date(2026, 11, 25),
    )
    return await harvest(settings, stop=Stop())


def _outcomes(report: Report) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in Path(f"l/Raw/OMDb/_harvest/{report.run}/units").glob("*.json"):
        found |= json.loads(path.read_bytes())["outcomes"]
    return found


async def _assert_whole(report: Report) -> None:
    """Assert that every record has the title's own body, byte for byte, and `verify` agrees."""
    for path in Path("l/Raw/OMDb/JSON").rglob("*.json"):
        data = path.read_bytes()
        for record in json.loads(data):
            assert b'"response":' + title(record["id"]) + b"}" in data
    async with open_store("l") as store:
        assert not [breach async for breach in verify_run(store, report.run, Checked())]


async def test_a_fault_that_passes() -> None:
    """Each fault affects one title twice, then passes: every title is harvested."""
    ids = movies(Path("m.csv"), range(1, len(PASSING) + 1))
    async with faulty_omdb() as omdb:
        omdb.passing = dict(zip(ids, PASSING, strict=True))
        report = await _harvest(omdb)
    assert {one["outcome"] for one in _outcomes(report).values()} == {"harvested"}
    assert report.finish_reason == "finished"
    assert report.requests.throttled == 4
    await _assert_whole(report)


@pytest.mark.slow
async def test_a_fault_that_lasts() -> None:
    """Each fault affects one title permanently: that title fails with the recorded reason."""
    ids = movies(Path("m.csv"), range(1, 100))
    async with faulty_omdb() as omdb:
        omdb.lasting = dict(zip(ids, LASTING, strict=False))
        report = await _harvest(omdb)
    outcomes = _outcomes(report)
    for imdb_id, (fault, reason) in zip(ids, LASTING.items(), strict=False):
        wanted = ("harvested", None) if reason is None else ("failed", reason)
        assert (outcomes[imdb_id]["outcome"], outcomes[imdb_id]["reason"]) == wanted, fault
    assert report.finish_reason == "finished"
    assert report.titles.failed == len([one for one in LASTING.values() if one])
    await _assert_whole(report)
