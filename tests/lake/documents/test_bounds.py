"""A document may have what one honest document of its kind has, and is refused beyond it."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from made_whole import AT, HOST, command, instead, make_whole

from harvester.errors import DocumentError, InputError
from harvester.lake import keys
from harvester.lake.documents.manifest import (
    MOST,
    FileReceipt,
    Manifest,
    load_manifest,
    manifests,
)
from harvester.lake.documents.plan import Plan
from harvester.model import MOST_STEPS, Asked, InputFacts, Outcome, Reject
from harvester.origins.tmdb.endpoints import NAMES
from harvester.run import journal
from harvester.run.plan import Group, lay_out
from harvester.stores import Store, open_store
from harvester.upstream.tally import LATENCY_BOUNDS_MS, Tally

SHA256 = "0" * 64
LONG_AGO = 946_684_800


@pytest.fixture
def plan() -> Plan:
    """Return a plan of 16 units whose run has the longest name."""
    asked = Asked(NAMES, None, (), None, "array", HOST)
    created_at, titles = "2026-11-24T07:00:00Z", 1_600
    day = keys.DATES[0]
    return Plan("r" * 64, "d" * 8, day, created_at, (), asked, False, titles, SHA256)


def largest(plan: Plan, unit: int) -> Manifest:
    """Return the largest manifest that a unit can have: each record has a file of its own."""
    reason = "\U0001f3ac" * 300
    outcome = Outcome("failed", "movie", 10**9, reason, AT, "tt" + "9" * 18, "\U0001f3ac" * 200)
    prefix = keys.records_prefix("TMDB", "Series/AggregateCredits", plan.date, plan.run)
    return Manifest(
        plan.run,
        unit,
        {f"tt{10**17 + number}": outcome for number in range(100)},
        tuple(
            FileReceipt(f"{prefix}123456-{part}-00000000.json", 1, 10_000_000, SHA256)
            for part in range(100 * len(NAMES))
        ),
        {"sent": 10**6, "retried": 10**6, "throttled": 10**6},
        [(LONG_AGO + 10 * step, 999, 999) for step in range(MOST_STEPS)],
        {"bounds_ms": list(LATENCY_BOUNDS_MS), **{name: [10**6] * 11 for name in NAMES}},
        AT,
        AT,
    )


async def test_the_largest_manifest_is_read(plan: Plan, tmp_path: Path) -> None:
    """And has no more than three quarters of what is read of one."""
    async with open_store(str(tmp_path)) as store:
        written = largest(plan, 0)
        assert MOST / 4 < len(written.to_json()) < MOST * 3 / 4
        await journal.commit(store, plan, written)
        assert await load_manifest(store, plan, 0) == written


async def _put(store: Store, plan: Plan, unit: int, **fields: Any) -> None:
    content = json.loads(largest(plan, unit).to_json()) | fields
    await store.put(plan.folder.manifest(unit), json.dumps(content).encode())


FILE = {"key": "k", "records": 1, "bytes": 1, "sha256": SHA256}
BEYOND: dict[str, dict[str, Any]] = {
    "timeline": {"timeline": [[LONG_AGO, 1, 1]] * (MOST_STEPS + 1)},
    "outcomes": {"outcomes": {f"tt{n}": {"outcome": "harvested"} for n in range(101)}},
    "files": {"files": [FILE] * 2_001},
    "a file's key": {"files": [FILE | {"key": "k" * 1_025}]},
    "requests": {"requests": {str(n): n for n in range(101)}},
    "a request's name": {"requests": {"n" * 101: 1}},
    "endpoints": {"latency": {str(n): [] for n in range(101)}},
    "buckets": {"latency": {"details": [1] * 101}},
}


@pytest.mark.parametrize("what", BEYOND)
async def test_a_manifest_beyond_its_bounds(plan: Plan, tmp_path: Path, what: str) -> None:
    """One more than a unit can have of anything is damage."""
    async with open_store(str(tmp_path)) as store:
        await _put(store, plan, 0, **BEYOND[what])
        with pytest.raises(DocumentError, match=r"000000\.json is damaged: delete it and run"):
            await load_manifest(store, plan, 0)


async def test_a_manifest_of_too_many_bytes(plan: Plan, tmp_path: Path) -> None:
    """Whatever fills it, and what to do about it is said."""
    async with open_store(str(tmp_path)) as store:
        await _put(store, plan, 0, unknown="x" * MOST)
        with pytest.raises(DocumentError, match=r"has more than 2,000,000 bytes.*; delete it and"):
            await load_manifest(store, plan, 0)


async def test_of_many_manifests_one_is_held(plan: Plan, tmp_path: Path) -> None:
    """Of sixteen of the largest, 64 MB of objects, the bytes and one of them are in memory."""
    async with open_store(str(tmp_path)) as store:
        for unit in range(16):
            await journal.commit(store, plan, largest(plan, unit))
        tracemalloc.start()
        try:
            async for manifest in manifests(store, plan, range(16)):
                assert len(manifest.timeline) == MOST_STEPS
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 45_000_000


def test_a_tally_has_no_more_steps_than_a_manifest() -> None:
    """What is sent in later steps is counted in the last one."""
    tally = Tally()
    for step in range(MOST_STEPS + 5):
        tally.send(LONG_AGO + 10 * step, retry=False)
    assert len(tally.timeline()) == MOST_STEPS
    assert tally.timeline()[-1] == (LONG_AGO + 10 * (MOST_STEPS - 1), 6, 0)
    assert tally.sent == MOST_STEPS + 5


DOCUMENTS = {
    "plan.json": (16_000_000, ["verify"]),
    "summary.json": (1_000_000, ["verify", "report"]),
    "units/000000.json": (2_000_000, ["verify", "report", "status"]),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_large_document_is_a_sentence(tmp_path: Path, name: str) -> None:
    """`verify` lists it with 3, others end with 2."""
    lake = tmp_path / "lake"
    made = make_whole(lake)
    most, commands = DOCUMENTS[name]
    path = lake / made.folder.prefix / name
    content = json.loads(path.read_bytes()) | {"unknown": "x" * most}
    with instead(path, json.dumps(content).encode()):
        for one in commands:
            page = ("-o", str(tmp_path / "page.html")) if one == "report" else ()
            if one == "status":
                path.parent.parent.joinpath("summary.json").unlink()
            said = command(one, made.run, "--lake", str(lake), *page)
            assert said.code == (3 if one == "verify" else 2), (one, said)
            assert f"{name} is damaged: it has more than {most:,} bytes" in said.out + said.err


async def test_a_plan_that_nobody_would_read_is_not_made(plan: Plan, tmp_path: Path) -> None:
    """Of inputs with the longest names; nothing is written."""
    rejects = tuple(Reject(line, "x" * 80, "y" * 80) for line in range(5))
    facts = InputFacts("n" * 1_000, "movie", 1, SHA256, 1, 1, 0, rejects)
    many = Plan(
        plan.run, plan.digest, plan.date, plan.created_at, (facts,) * 10_000, plan.asked, False, 1,
        SHA256,
    )  # fmt: skip
    async with open_store(str(tmp_path)) as store:
        with pytest.raises(InputError, match="the plan of 10,000 inputs would have more than"):
            await journal.save_plan(store, many, lay_out([Group("movie", [1])], None))
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_a_manifest_of_a_unit_beyond_the_plan(tmp_path: Path) -> None:
    """`verify` lists it; to others it is none of the run's."""
    lake, page = tmp_path / "lake", str(tmp_path / "page.html")
    folder = make_whole(lake).folder
    path = lake / folder.manifest(0)
    beyond = json.loads(path.read_bytes()) | {"unit": 7, "files": []}
    path.with_name("000007.json").write_text(json.dumps(beyond))
    (lake / folder.summary).unlink()  # `status` counts the manifests then
    for one, more, code in (("verify", (), 3), ("status", (), 0), ("report", ("-o", page), 0)):
        said = command(one, folder.run, "--lake", str(lake), *more)
        assert said.code == code, said
    assert "the plan has no such unit" in command("verify", folder.run, "--lake", str(lake)).out
