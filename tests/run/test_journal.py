"""Plan, manifests and summary: what is written is read back, and damage is reported."""

import asyncio
import dataclasses
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import LakeError
from harvester.lake.documents.manifest import (
    FileReceipt,
    Manifest,
    committed,
    load_manifest,
    manifests,
)
from harvester.lake.documents.plan import Plan, Titles, load_plan, load_titles, run_ids
from harvester.lake.documents.summary import Report, TitleCounts, load_summary
from harvester.lake.keys import RunFolder
from harvester.model import Asked, InputFacts, Outcome, Reject
from harvester.run import journal, status
from harvester.run.damage import DamagedRun
from harvester.run.plan import Group, lay_out
from harvester.stores import Store, open_store

TITLES = lay_out([Group("movie", [111161, 68646]), Group("series", [903747])], None)
PLAN = Plan(
    run="r-1",
    digest="1a2b3c4d",
    date=date(2026, 11, 24),
    created_at="2026-11-24T07:00:00Z",
    inputs=(
        InputFacts("m.csv", "movie", 12, "a" * 64, 3, 2, 1, (Reject(4, "é|\\N", "no id"),)),
        InputFacts("-", "series", 34, "b" * 64, 5, 1, 0, ()),
    ),
    asked=Asked(("find", "images"), "pt-BR", ("drama", "sci-fi"), 3, "lines", "simulator"),
    synthetic=True,
    titles=3,
    titles_sha256=TITLES.sha256,
)
MANIFEST = Manifest(
    run="r-1",
    unit=0,
    outcomes={
        "tt0111161": Outcome("harvested", "movie", 278),
        "tt0068646": Outcome("unmatched", reason="not_found"),
        "tt0903747": Outcome("failed", reason="credits: http_500"),
    },
    files=(
        FileReceipt(
            "Raw/TMDB/JSON/Find/2026/11/24/r-1-000000-0-1a2b3c4d.jsonl", 2, 9, "1a2b3c4d" + "c" * 56
        ),
    ),
    requests={"sent": 4, "retried": 1, "throttled": 0},
    timeline=[(1_764_000_000, 4, 0)],
    latency={"bounds_ms": [10, 20], "find": [3, 0, 0]},
    started_at="2026-11-24T07:00:00Z",
    finished_at="2026-11-24T07:00:03Z",
)
RUN = RunFolder("TMDB", "r-1")
PLAN_KEY = "Raw/TMDB/_harvest/r-1/plan.json"
TITLES_KEY = "Raw/TMDB/_harvest/r-1/plan-titles.jsonl"
MANIFEST_KEY = "Raw/TMDB/_harvest/r-1/units/000000.json"
SUMMARY_KEY = "Raw/TMDB/_harvest/r-1/summary.json"

BROKEN = [
    b"",
    b"{",
    b"[]",
    b"7",
    b'"x"',
    b"null",
    b"{}",
    b'{"version":1}',
    b'{"version":1,"run":2}',
]


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    """Return an empty lake."""
    async with open_store(str(tmp_path / "lake")) as opened:
        return opened


async def content_of(store: Store, key: str) -> Any:
    """Return a JSON object of the lake."""
    data = await store.get(key)
    assert data is not None
    return json.loads(data)


async def test_a_plan_comes_back(store: Store) -> None:
    """Every field of a plan survives a write and a read; another run's plan is not found."""
    await journal.save_plan(store, PLAN, TITLES)
    assert await load_plan(store, RUN) == PLAN
    assert (await load_titles(store, PLAN)).data == TITLES.data
    assert await load_plan(store, RunFolder("TMDB", "r")) is None
    assert await run_ids(store, "TMDB") == ["r-1"]


async def test_a_plan_is_what_the_design_says(store: Store) -> None:
    """The names that other programs read, in the places they read them from."""
    await journal.save_plan(store, PLAN, TITLES)
    content = await content_of(store, PLAN_KEY)
    assert content["version"] == 2
    assert content["units"] == 1
    assert content["date"] == "2026-11-24"
    assert content["inputs"][0]["sha256"] == "a" * 64
    assert content["inputs"][0]["rejects"] == [{"line": 4, "text": "é|\\N", "why": "no id"}]
    assert content["asked"]["genres"] == ["drama", "sci-fi"]
    assert await store.get(TITLES_KEY) == (
        b'{"id":"tt0111161","kind":"movie"}\n'
        b'{"id":"tt0068646","kind":"movie"}\n'
        b'{"id":"tt0903747","kind":"series"}\n'
    )


async def test_the_first_plan_stands(store: Store) -> None:
    """Two processes that plan the same run at once agree on one plan."""
    await journal.save_plan(store, PLAN, TITLES)
    later = dataclasses.replace(PLAN, created_at="2026-11-24T07:00:09Z")
    await journal.save_plan(store, later, TITLES)
    assert await load_plan(store, RUN) == PLAN
    assert (await load_titles(store, PLAN)).sha256 == TITLES.sha256


@pytest.mark.parametrize("data", BROKEN)
async def test_a_damaged_plan_names_a_way_out(store: Store, data: bytes) -> None:
    """Whatever is in its place, one sentence with the key and what to do."""
    await store.put(PLAN_KEY, data)
    with pytest.raises(LakeError, match=rf"^{PLAN_KEY} .* plan it again$"):
        await load_plan(store, RUN)


@pytest.mark.parametrize(
    "field", ["run", "date", "inputs", "asked", "titles", "titles_sha256", "digest"]
)
async def test_a_plan_without_one_of_its_fields_is_damaged(store: Store, field: str) -> None:
    """None of them is optional, and none may have another type; unknown keys are ignored."""
    await journal.save_plan(store, PLAN, TITLES)
    content = await content_of(store, PLAN_KEY)
    await store.put(PLAN_KEY, json.dumps({**content, "surplus": 1}).encode())
    assert await load_plan(store, RUN) == PLAN
    await store.put(PLAN_KEY, json.dumps({**content, field: {}}).encode())
    with pytest.raises(LakeError, match="is damaged"):
        await load_plan(store, RUN)
    del content[field]
    await store.put(PLAN_KEY, json.dumps(content).encode())
    with pytest.raises(LakeError, match="is damaged"):
        await load_plan(store, RUN)


async def test_a_plan_of_version_1_is_read(store: Store) -> None:
    """0.1.0 named titles by `imdb_id`, and asked of no origin but TMDB."""
    titles = Titles(TITLES.data.replace(b'"id"', b'"imdb_id"'))
    plan = dataclasses.replace(PLAN, version=1, titles_sha256=titles.sha256)
    content = json.loads(plan.to_json())
    del content["asked"]["origin"]
    await store.put(PLAN_KEY, json.dumps(content).encode())
    await store.put(TITLES_KEY, titles.data)
    assert await load_plan(store, RUN) == plan
    assert (await load_titles(store, plan)).unit(0) == TITLES.unit(0)


async def test_a_plan_under_another_name_is_refused(store: Store) -> None:
    """A renamed folder would let one run write under another's name."""
    await journal.save_plan(store, PLAN, TITLES)
    await store.put(RunFolder("TMDB", "copy").plan, await store.get(PLAN_KEY) or b"")
    with pytest.raises(LakeError, match="is the plan of run r-1"):
        await load_plan(store, RunFolder("TMDB", "copy"))


async def _load(store: Store, key: str) -> object:
    """Read the document that has this key."""
    if key == PLAN_KEY:
        return await load_plan(store, RUN)
    if key == MANIFEST_KEY:
        return await load_manifest(store, PLAN, 0)
    return await load_summary(store, PLAN)


@pytest.mark.parametrize("key", [PLAN_KEY, MANIFEST_KEY, SUMMARY_KEY])
async def test_a_newer_version_is_not_guessed_at(store: Store, key: str) -> None:
    """What a newer harvester wrote is not interpreted."""
    await store.put(key, b'{"version":3,"run":"r-1"}')
    with pytest.raises(LakeError, match=f"^{key} has version 3.*use the harvester that wrote it"):
        await _load(store, key)


@pytest.mark.parametrize("data", [None, b"", TITLES.data[:-1], TITLES.data + b"\n"])
async def test_titles_that_are_not_the_plans_are_refused(store: Store, data: bytes | None) -> None:
    """Units are cut from these bytes: others would mean other titles under the same manifests."""
    await journal.save_plan(store, PLAN, TITLES)
    if data is None:
        await store.delete(TITLES_KEY)
    else:
        await store.put(TITLES_KEY, data)
    with pytest.raises(LakeError, match=rf"^{TITLES_KEY} is damaged: .*--fresh"):
        await load_titles(store, PLAN)


async def test_a_manifest_comes_back(store: Store) -> None:
    """Every field of a manifest survives a write and a read."""
    assert await journal.commit(store, PLAN, MANIFEST)
    assert await load_manifest(store, PLAN, 0) == MANIFEST


async def test_a_manifest_is_what_the_design_says(store: Store) -> None:
    """The object other programs read: names, order and `null`s."""
    await journal.commit(store, PLAN, MANIFEST)
    content = await content_of(store, MANIFEST_KEY)
    assert list(content) == [
        "version",
        "run",
        "unit",
        "outcomes",
        "files",
        "requests",
        "timeline",
        "latency",
        "started_at",
        "finished_at",
    ]
    assert content["outcomes"]["tt0111161"] == {
        "outcome": "harvested",
        "media_type": "movie",
        "tmdb_id": 278,
        "reason": None,
    }
    assert list(content["files"][0]) == ["key", "records", "bytes", "sha256"]


async def test_the_first_manifest_wins(store: Store) -> None:
    """The second process learns of it, and nothing changes; writing the same bytes succeeds."""
    other = dataclasses.replace(MANIFEST, finished_at="2026-11-24T08:00:00Z")
    assert await journal.commit(store, PLAN, MANIFEST)
    assert not await journal.commit(store, PLAN, other)
    assert await load_manifest(store, PLAN, 0) == MANIFEST
    assert await journal.commit(store, PLAN, MANIFEST)


async def test_of_many_at_once_one_manifest_wins(store: Store) -> None:
    """Concurrent commits of one unit give exactly one winner, whose bytes are kept."""
    rivals = [
        dataclasses.replace(MANIFEST, started_at=f"2026-11-24T07:00:{i:02d}Z") for i in range(12)
    ]
    won = await asyncio.gather(*(journal.commit(store, PLAN, rival) for rival in rivals))
    assert sum(won) == 1
    assert await load_manifest(store, PLAN, 0) == rivals[won.index(True)]


@pytest.mark.parametrize("data", [None, *BROKEN])
async def test_a_damaged_manifest_names_a_way_out(store: Store, data: bytes | None) -> None:
    """The error says to delete it; its unit is then harvested again."""
    if data is not None:
        await store.put(MANIFEST_KEY, data)
    with pytest.raises(LakeError, match=rf"^{MANIFEST_KEY} is damaged: delete it"):
        await load_manifest(store, PLAN, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"outcomes": ["tt0111161"]},
        {"outcomes": {"tt0111161": {"outcome": "lost"}}},
        {"outcomes": {"tt0111161": {"outcome": "harvested", "tmdb_id": "278"}}},
        {"outcomes": {"tt0111161": None}},
        {"files": [{"key": "x"}]},
        {"files": None},
        {"run": "r-2"},
        {"unit": 1},
        {"requests": {"sent": True}},
        {"timeline": [[1, 2]]},
    ],
)
async def test_a_manifest_of_another_shape_is_damaged(store: Store, change: dict[str, Any]) -> None:
    """Also one that was copied from another unit or run."""
    await journal.commit(store, PLAN, MANIFEST)
    content = await content_of(store, MANIFEST_KEY)
    await store.put(MANIFEST_KEY, json.dumps(content | change).encode())
    with pytest.raises(LakeError, match="is damaged: delete it"):
        await load_manifest(store, PLAN, 0)


async def test_unknown_keys_of_a_manifest_are_ignored(store: Store) -> None:
    """A later version may say more of a unit or of a title."""
    await journal.commit(store, PLAN, MANIFEST)
    content = await content_of(store, MANIFEST_KEY)
    content["outcomes"]["tt0111161"]["later"] = 1
    await store.put(MANIFEST_KEY, json.dumps(content | {"extra": 1}).encode())
    assert await load_manifest(store, PLAN, 0) == MANIFEST


async def test_committed_units_are_those_with_a_manifest(store: Store) -> None:
    """One listing, in which leftovers and other runs are ignored."""
    assert await committed(store, RUN) == set()
    other = dataclasses.replace(PLAN, run="r-10")
    for unit in (0, 7, 1_000_000):
        await journal.commit(store, PLAN, dataclasses.replace(MANIFEST, unit=unit))
    await journal.commit(store, other, dataclasses.replace(MANIFEST, run="r-10", unit=3))
    for name in ("000008.json.bak", "9.json", "sub/000009.json"):
        await store.put(f"Raw/TMDB/_harvest/r-1/units/{name}", b"x")
    assert await committed(store, RUN) == {0, 7, 1_000_000}


async def test_manifests_come_in_order(store: Store) -> None:
    """More than are read at once, requested in any order, come sorted and complete."""
    for unit in range(40):
        await journal.commit(store, PLAN, dataclasses.replace(MANIFEST, unit=unit))
    found = [manifest async for manifest in manifests(store, PLAN, set(range(39, -1, -1)))]
    assert [manifest.unit for manifest in found] == list(range(40))


async def test_one_damaged_manifest_of_many_is_one_plain_error(store: Store) -> None:
    """Reading ahead in tasks must not wrap the sentence in an exception group."""
    for unit in range(3):
        await journal.commit(store, PLAN, dataclasses.replace(MANIFEST, unit=unit))
    await store.put(MANIFEST_KEY, b"{")
    with pytest.raises(LakeError, match=MANIFEST_KEY):
        [manifest async for manifest in manifests(store, PLAN, range(3))]


async def test_status_says_a_damaged_manifest_plainly(store: Store) -> None:
    """`harvester status` reads manifests, too: one sentence, which hides no other run."""
    await journal.save_plan(store, PLAN, TITLES)
    await store.put(MANIFEST_KEY, b"{")
    (found,) = await status.all_reports(store.uri)
    assert isinstance(found, DamagedRun)
    assert found.run == "r-1"
    assert MANIFEST_KEY in found.damaged
    with pytest.raises(LakeError, match=MANIFEST_KEY):
        await status.run_report(store.uri, "r-1")
    with pytest.raises(LakeError, match="holds no run r-2"):
        await status.run_report(store.uri, "r-2")


async def test_status_counts_what_manifests_say_until_there_is_a_summary(store: Store) -> None:
    """An unfinished run's Report is built from its manifests; a finished run's is its summary."""
    await journal.save_plan(store, PLAN, TITLES)
    (found,) = await status.all_reports(store.uri)
    assert isinstance(found, Report)
    assert (found.done, found.titles.pending) == (False, 3)
    await journal.commit(store, PLAN, MANIFEST)
    report = await status.run_report(store.uri, "r-1")
    assert report.done
    assert report.titles == TitleCounts(total=3, harvested=1, unmatched=1, failed=1, pending=0)
    summary = dataclasses.replace(report, message="mine", finish_reason="finished")
    await journal.save_summary(store, PLAN, summary)
    assert await status.all_reports(store.uri) == [summary]


async def test_a_summary_comes_back(store: Store) -> None:
    """Whole; without a summary the run is unfinished."""
    await journal.save_plan(store, PLAN, TITLES)
    assert await load_summary(store, PLAN) is None
    report = await status.run_report(store.uri, "r-1")
    await journal.save_summary(store, PLAN, report)
    assert await load_summary(store, PLAN) == report


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"7", b"null", b"{}"])
async def test_a_damaged_summary_names_a_way_out(store: Store, data: bytes) -> None:
    """The error says to delete it; it is then rebuilt from the manifests."""
    await store.put(SUMMARY_KEY, data)
    with pytest.raises(LakeError, match=rf"^{SUMMARY_KEY} is damaged: delete it"):
        await load_summary(store, PLAN)


def test_titles_of_a_plan_are_hashed_as_written() -> None:
    """The hash in the plan is the hash of `plan-titles.jsonl` itself: any tool can check it."""
    assert Titles(TITLES.data).sha256 == hashlib.sha256(TITLES.data).hexdigest()
