"""Which runs' records go: the old ones, and never a title's only record unless it is forced."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_old import Old, harvested, keep_old
from memory_store import MemoryStore
from s3_servers import S3Server

from harvester.errors import RunHeld
from harvester.lake import keys
from harvester.lake.documents.plan import UNIT_SIZE
from harvester.lake.title_ids import pack
from harvester.model import Outcome
from harvester.run.expire import Expiry, expire
from harvester.run.lake_state.reading import Scope, read_lake_state
from harvester.stores import open_store

HARVEST = "Raw/TMDB/_harvest"


async def _kept(*runs: Old) -> MemoryStore:
    store = MemoryStore()
    for run in runs:
        await keep_old(store, run)
    return store


async def _expire(store: MemoryStore, days: int = 180, **how: bool) -> Expiry:
    return await expire(store, timedelta(days=days), **how)  # type: ignore[arg-type]


def _runs(found: Iterable[Any]) -> list[str]:
    return [one.run for one in found]


OLD = Old("20260105-0a", harvested(1, 2), 200, 199)
GONE = {"tt0000002": Outcome("failed", reason="gone")}
YOUNG = Old("20260605-0a", harvested(1, 2, 3), 20, 19)


async def test_old_records_that_a_younger_run_has_go() -> None:
    """The files of the old run go after its tombstone; plan, manifests and outcomes stay."""
    store = await _kept(old := replace(OLD, keys=[]), replace(YOUNG, keys=[]))
    before = dict(store.objects)
    done = await _expire(store)
    assert done.is_complete
    assert [(one.run, one.files, one.resumed) for one in done.deleted] == [(OLD.run, 2, False)]
    assert done.deleted[0].bytes == sum(len(before[key]) for key in old.keys)
    tombstone = f"{HARVEST}/{OLD.run}/expired.json"
    assert before.keys() - store.objects.keys() == set(old.keys)
    assert store.objects.keys() - before.keys() == {tombstone}
    content = json.loads(store.objects[tombstone])
    assert (content["version"], content["run"]) == (1, OLD.run)
    assert {one["key"] for one in content["files"]} == set(old.keys)
    assert {one["bytes"] for one in content["files"]} == {len(before[key]) for key in old.keys}
    again = await _expire(store)
    assert (again.deleted, again.is_complete) == ([], True)


async def test_dry_writes_nothing() -> None:
    """`dry` tells the same runs, files and bytes, and leaves every object as it was."""
    store = await _kept(OLD, YOUNG)
    before = dict(store.objects)
    dry = await _expire(store, dry=True)
    assert store.objects == before
    assert await _expire(store) == dry


@pytest.mark.parametrize("force", [False, True])
async def test_only_records_are_left_unless_forced(force: bool) -> None:
    """A run with one title that no other holds is left whole and named; forced, it goes."""
    alone = Old("20260105-0b", harvested(2, 4), 198, 197)
    store = await _kept(OLD, alone, YOUNG)
    before = dict(store.objects)
    done = await _expire(store, force=force)
    assert _runs(done.deleted) == ([OLD.run, alone.run] if force else [OLD.run])
    row = (done.lost if force else done.left)[0]
    assert (row.run, row.titles, row.examples) == (alone.run, 1, ("tt0000004",))
    assert done.is_complete is force
    there = [key for key in before if f"/{alone.run}-" in key and key in store.objects]
    assert bool(there) is not force


@pytest.mark.parametrize(
    ("younger", "goes"),
    [
        (replace(YOUNG, language="pt-BR"), False),
        (replace(YOUNG, synthetic=True), False),
        (replace(YOUNG, endpoints=("find", "credits")), False),
        (replace(YOUNG, endpoints=("find",)), False),
        (replace(YOUNG, endpoints=("details",)), True),
        (replace(YOUNG, finished=None), True),
        (replace(YOUNG, outcomes=harvested(1) | GONE), False),
    ],
)
async def test_what_stands_in_for_a_record(younger: Old, goes: bool) -> None:
    """Only a record of the same title, endpoint, language and kind of data does; `find` is none."""
    done = await _expire(await _kept(OLD, younger))
    assert bool(done.deleted) is goes
    assert bool(done.left) is not goes


async def test_a_record_whose_file_is_missing_stands_in_for_none() -> None:
    """A younger run whose files somebody deleted by hand does not make the old ones disposable."""
    young = replace(YOUNG, keys=[])
    store = await _kept(OLD, young)
    for key in young.keys:
        await store.delete(key)
    done = await _expire(store)
    assert (_runs(done.deleted), _runs(done.left)) == ([], [OLD.run])


async def test_of_two_old_runs_the_younger_is_left() -> None:
    """Where all runs with a title are old, the newest record stays and the others go."""
    second = Old("20260105-0b", harvested(1, 2), 190, 189)
    done = await _expire(await _kept(OLD, second))
    assert (_runs(done.deleted), _runs(done.left)) == ([OLD.run], [second.run])


async def test_a_run_and_its_retries_go_together() -> None:
    """A run waits for its youngest retry; an unfinished retry keeps all of them, and is named."""
    retry = Old(f"{OLD.run}-retry1", harvested(3), 185, 170)
    store = await _kept(OLD, retry, YOUNG)
    assert (await _expire(store)).deleted == []
    assert _runs((await _expire(store, 160)).deleted) == [OLD.run, retry.run]
    done = await _expire(await _kept(OLD, replace(retry, finished=None), YOUNG))
    assert (done.deleted, done.unfinished, done.is_complete) == ([], [retry.run], False)


async def test_an_unfinished_run_is_left_and_named() -> None:
    """However old it is, its command goes on with it."""
    done = await _expire(await _kept(replace(OLD, finished=None), YOUNG))
    assert (done.deleted, done.unfinished, done.is_complete) == ([], [OLD.run], False)


@pytest.mark.parametrize(
    "name", ["plan.json", "summary.json", "outcomes.csv", "units/000000.json", "expired.json"]
)
async def test_a_damaged_run_is_named_and_left(name: str) -> None:
    """Nothing of it is deleted, forced or not, and the other runs go."""
    other = Old("20260105-0b", harvested(3), 198, 197)
    old = replace(OLD, keys=[])
    store = await _kept(old, other, YOUNG)
    store.objects[f"{HARVEST}/{OLD.run}/{name}"] = b"{"
    for force in (False, True):
        done = await _expire(store, force=force)
        assert _runs(done.damaged) == [OLD.run]
        assert name in done.damaged[0].damaged
        assert _runs(done.deleted) == ([] if force else [other.run])
        assert old.keys[0] in store.objects
        assert not done.is_complete


async def test_the_records_of_a_damaged_run_stand_in_for_none() -> None:
    """What can't be read may lack anything."""
    store = await _kept(OLD, YOUNG)
    store.objects[f"{HARVEST}/{YOUNG.run}/outcomes.csv"] = b"{"
    done = await _expire(store)
    assert (_runs(done.left), _runs(done.damaged)) == ([OLD.run], [YOUNG.run])


async def test_what_an_earlier_command_left_goes_first() -> None:
    """A run with a tombstone and a file is finished, whatever its age."""
    old = replace(OLD, keys=[])
    store = await _kept(old, YOUNG)
    data = store.objects[old.keys[0]]
    await _expire(store)
    store.objects[old.keys[0]] = data
    done = await _expire(store, 9_999)
    assert [(one.run, one.files, one.resumed) for one in done.deleted] == [(OLD.run, 1, True)]
    assert old.keys[0] not in store.objects


async def test_a_held_run_is_not_touched() -> None:
    """Another process that works on the run is named."""
    store = await _kept(old := replace(OLD, keys=[]), YOUNG)
    store.objects[f"{HARVEST}/{OLD.run}/lease.json"] = b"{}"
    with pytest.raises(RunHeld, match=OLD.run):
        await _expire(store)
    assert old.keys[0] in store.objects


async def test_answers_to_questions_and_files_of_ids_go_too() -> None:
    """The run's own answers, and the files of days long past; keys that are none of ours stay."""
    store = await _kept(OLD, YOUNG)
    folder = keys.RunFolder("TMDB", OLD.run)
    today = date.today()  # noqa: DTZ011 - a day more or less is no matter
    ours = [
        folder.asked(0, 0),
        folder.asked(2, 1),
        keys.export_key("TMDB", "movie", today - timedelta(days=190), "movie_ids.json.gz"),
    ]
    others = [
        f"{folder.answers}notes.jsonl",
        f"{folder.answers}000-000.jsonl/more",
        keys.RunFolder("TMDB", YOUNG.run).asked(0, 0),
        keys.export_key("TMDB", "series", today - timedelta(days=170), "tv_series_ids.json.gz"),
        f"{keys.export_prefix('TMDB', 'movie')}2020/13/01/movie_ids.json.gz",
        f"Raw/TMDB/JSON/Movies/details/2026/01/05/{OLD.run}-000009-0-1a2b3c4d.json",
        f"Raw/TMDB/JSON/Movies/details/2026/01/06/{OLD.run}-000000-0-1a2b3c4d.json",
        f"Raw/TMDB/JSON/Movies/details/2026/01/05/{OLD.run}-x-000000-0-1a2b3c4d.json",
    ]
    for key in ours + others:
        store.objects[key] = b"12345"
    done = await _expire(store)
    assert (done.deleted[0].files, done.exports, done.export_bytes) == (4, 1, 5)
    assert not store.objects.keys() & set(ours)
    assert store.objects.keys() >= set(others)
    named = json.loads(store.objects[folder.expired])["files"]
    assert {one["key"] for one in named} >= set(ours[:2])


async def test_ids_are_still_known_and_titles_were_never_fetched() -> None:
    """The state of the lake keeps an expired title's TMDB id, and no outcome."""
    store = await _kept(OLD)
    await _expire(store, force=True)
    state = await read_lake_state(store, Scope("TMDB", "api.test", None), ["details"])  # type: ignore[arg-type]
    found = state.of(pack("tt0000002"))
    assert found is not None
    assert (found.origin_id, found.outcome) == (2, None)
    assert (found.fetched_at, found.harvested_at) == (None, None)


async def test_on_s3(seaweedfs: S3Server, fresh_bucket: Callable[[S3Server], str]) -> None:
    """In a bucket the same goes and the same is left; the lease is given back."""
    async with open_store(fresh_bucket(seaweedfs) + "/some/prefix") as store:
        old, alone = replace(OLD, keys=[]), Old("20260105-0b", harvested(2, 4), 198, 197)
        for run in (old, alone, YOUNG):
            await keep_old(store, run)  # type: ignore[arg-type]
        before = {entry.key async for entry in store.list("")}
        done = await expire(store, timedelta(days=180))
        assert (_runs(done.deleted), _runs(done.left)) == ([OLD.run], [alone.run])
        after = {entry.key async for entry in store.list("")}
        assert (before - after, after - before) == (
            set(old.keys),
            {f"{HARVEST}/{OLD.run}/expired.json"},
        )


_DAYS = st.sampled_from([50, 150, 300])
_ENDPOINTS = [("details",), ("find", "details", "credits"), ("find",), ("credits",)]
_RUN: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    titles=st.sets(st.integers(1, 3), min_size=1),
    more=st.integers(0, 9).map(lambda n: n == 9),
    days=st.sampled_from([5, 100, 200, 400]),
    finished=st.integers(0, 5).map(bool),
    endpoints=st.sampled_from(_ENDPOINTS),
    language=st.sampled_from([None, None, None, "pt-BR"]),
    synthetic=st.integers(0, 4).map(lambda n: n == 4),
    retry=st.integers(0, 3).map(lambda n: n == 3),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_RUN, max_size=6), _DAYS, _DAYS)
async def test_no_only_record_is_ever_lost(
    drawn: list[dict[str, Any]], first: int, second: int
) -> None:
    """Whatever runs there are and however often it is given: what was held by some run still is.

    And what is neither old nor finished keeps all of its files, forced or not.
    """
    store = MemoryStore()
    runs = []
    for number, one in enumerate(drawn):
        titles = [n + (UNIT_SIZE if one["more"] else 0) for n in one["titles"]]
        filler = range(1_000, 1_000 + UNIT_SIZE) if one["more"] else ()
        run = Old(
            f"20260105-{number - 1 if one['retry'] and number else number:02d}"
            + (f"-retry{number}" if one["retry"] and number else ""),
            harvested(*filler, *titles),
            one["days"] + 1,
            one["days"] if one["finished"] else None,
            one["endpoints"],
            one["language"],
            one["synthetic"],
        )
        if run.outcomes:
            await keep_old(store, run)
            runs.append(run)
    before = _held(store, runs)
    for days in (first, second):
        await _expire(store, days)
        assert _held(store, runs) == before
    await _expire(store, first, force=True)
    for run in runs:
        if run.finished is None or run.finished < min(first, second):
            assert store.objects.keys() >= set(run.keys)


def _held(store: MemoryStore, runs: list[Old]) -> set[tuple[Any, ...]]:
    """Return each title's endpoints, language and kind of data of which a file is there."""
    found = set()
    for run in runs:
        ids = list(run.outcomes)
        for key in run.keys:
            name = keys.parse_record_key(key)
            assert name is not None
            if key in store.objects and not key.startswith("Raw/TMDB/JSON/Find/"):
                folder = keys.records_folder(key)
                for title in ids[name.unit * UNIT_SIZE :][:UNIT_SIZE]:
                    found.add((title, folder, run.language, run.synthetic))
    return found
