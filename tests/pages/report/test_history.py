"""What the history of a run and its retries holds, and that its size is bounded."""

from pathlib import Path
from typing import Any

import pytest
from made_run import RUN, START, make_run, stamp

from harvester.errors import DocumentError, LakeError
from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.summary import TitleCounts
from harvester.model import Kind, Outcome, OutcomeName, Title
from harvester.pages.report import history
from harvester.pages.report.history import Group, read_overview
from harvester.run import journal
from harvester.stores import open_store
from harvester.upstream.tally import LATENCY_BOUNDS_MS

HARVESTED = Outcome("harvested", "movie", 1)
UNMATCHED = Outcome("unmatched", reason="not_found")
FAILED = Outcome("failed", "movie", 7, "details: http_500")


def outcome(number: int) -> Outcome:
    """Every tenth title is unmatched, every 50th failed."""
    if number % 50 == 0:
        return FAILED
    return UNMATCHED if number % 10 == 0 else HARVESTED


async def test_a_history_holds_what_the_manifests_say(tmp_path: Path) -> None:
    """Outcomes by kind, the ids of each group, pace, latency, files and working time."""
    await make_run(tmp_path, 250, outcome)
    async with open_store(str(tmp_path)) as store:
        overview = await read_overview(store, RUN)
    seen = overview.history
    assert overview.report.titles == TitleCounts(
        total=250, harvested=225, unmatched=20, failed=5, pending=0
    )
    assert {group: list(numbers) for group, numbers in seen.listed.items()} == {
        Group(found.outcome, found.reason or "", kind): [
            n
            for n in range(1, 251)
            if outcome(n) == found and ("movie" if n % 3 else "series") == kind
        ]
        for found in (UNMATCHED, FAILED)
        for kind in ("movie", "series")
    }
    assert sum(seen.kinds.values()) == 250
    assert seen.steps == {START: [400, 1], START + 10: [400, 0], START + 20: [200, 0]}
    assert seen.latency["find"] == [0, 0, 0, 180, 120, 0, 0, 0, 0, 0, 0]
    assert seen.seconds == 30
    assert seen.manifests == 3
    assert seen.sizes["Movies/credits"].files == 3
    assert seen.sizes["Movies/credits"].most_bytes == 4_000_000
    assert seen.sizes["Find"].most_records == 100


async def test_a_retry_outcome_stands(tmp_path: Path) -> None:
    """A title that a retry harvested is neither failed nor listed; the retry's requests count."""
    await make_run(tmp_path, 100, outcome)
    await make_run(tmp_path, 50, lambda _: HARVESTED, run=f"{RUN}-retry1")
    async with open_store(str(tmp_path)) as store:
        overview = await read_overview(store, RUN)
    assert overview.report.titles.failed == 1
    listed = [
        n for group, ns in overview.history.listed.items() if group.outcome == "failed" for n in ns
    ]
    assert listed == [100]
    assert overview.history.manifests == 2
    assert overview.report.requests.sent == 600


async def test_an_unfinished_run_says_what_is_to_do(tmp_path: Path) -> None:
    """Titles without a manifest are pending, and not listed."""
    await make_run(tmp_path, 250, outcome, units=1)
    async with open_store(str(tmp_path)) as store:
        overview = await read_overview(store, RUN)
    assert overview.report.titles.pending == 150
    assert sum(overview.history.kinds.values()) == 100


def test_the_lists_are_capped_and_the_counts_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first titles of each outcome are listed; every title is counted."""
    monkeypatch.setattr(history, "MAX_LISTED", 10)
    seen = history.RunHistory()
    ranges: dict[OutcomeName, range] = {"failed": range(1, 31), "unmatched": range(31, 61)}
    titles = [
        (Title(f"tt{n:07d}", "movie"), Outcome(name, reason=f"r{n % 3}"))
        for name, numbers in ranges.items()
        for n in numbers
    ]
    manifest = Manifest(RUN, 0, {}, (), {}, [], {}, stamp(START), stamp(START))
    seen.see(manifest, titles)
    for name in ranges:
        groups = [ns for group, ns in seen.listed.items() if group.outcome == name]
        assert sum(len(ns) for ns in groups) == 10
        assert seen.kinds["movie", name] == 30


def test_titles_are_listed_by_the_scheme_of_their_id() -> None:
    """A page links each to the site that knows its number: IMDb's, or TMDB's movie or series."""
    seen = history.RunHistory()
    ids: tuple[tuple[str, Kind], ...] = (
        ("tt0000278", "movie"),
        ("movie:278", "movie"),
        ("tv:1399", "series"),
        ("movie:279", "movie"),
    )
    manifest = Manifest(RUN, 0, {}, (), {}, [], {}, stamp(START), stamp(START))
    seen.see(manifest, [(Title(title_id, kind), UNMATCHED) for title_id, kind in ids])
    assert {group: list(numbers) for group, numbers in seen.listed.items()} == {
        Group("unmatched", "not_found", "movie", "imdb"): [278],
        Group("unmatched", "not_found", "movie", "movie"): [278, 279],
        Group("unmatched", "not_found", "series", "tv"): [1399],
    }


@pytest.mark.parametrize(
    ("timeline", "started", "said"),
    [
        ([["x"]], stamp(START), r"units/000000\.json is damaged: delete it and run the same"),
        (None, stamp(START), r"units/000000\.json is damaged: delete it and run the same"),
        ([], "yesterday", r"units/000000\.json is damaged: delete it and run the same"),
        ([], "2026-02-30T07:00:00Z", r"units/000000\.json is damaged: delete it and run the same"),
    ],
)
async def test_a_damaged_manifest_is_named(
    tmp_path: Path, timeline: Any, started: str, said: str
) -> None:
    """An invalid timeline or time gives one sentence that names the manifest."""
    plan = await make_run(tmp_path, 100, outcome, units=0)
    async with open_store(str(tmp_path)) as store:
        manifest = Manifest(RUN, 0, {}, (), {}, timeline, {}, started, stamp(START))
        await journal.commit(store, plan, manifest)
        with pytest.raises(LakeError, match=said):
            await read_overview(store, RUN)


async def test_latencies_that_do_not_add_up_are_named(tmp_path: Path) -> None:
    """Two units with other numbers of buckets are one sentence that names the second unit."""
    plan = await make_run(tmp_path, 200, outcome, units=0)
    bounds = list(LATENCY_BOUNDS_MS)
    async with open_store(str(tmp_path)) as store:
        for unit in (0, 1):
            latency = {"bounds_ms": bounds, "find": [1] * (unit + 1)}
            at = stamp(START)
            manifest = Manifest(RUN, unit, {}, (), {}, [], latency, at, at)
            await journal.commit(store, plan, manifest)
        with pytest.raises(
            DocumentError, match=rf"manifest of unit 1 of run {RUN} is damaged: see .*"
        ):
            await read_overview(store, RUN)
