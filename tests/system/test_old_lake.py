"""A lake of 0.1.0 is shown, verified, reported, resumed, retried and built by today's code."""

import asyncio
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from command_line import harvester
from invariants import judge, records
from old_lake import (
    COMMANDS,
    FAILED,
    FINISHED,
    HARVEST,
    LAKE,
    MAPPED,
    RESUME,
    RETRIED,
    SAMPLE,
    UNFINISHED,
    contents,
    date_of,
    document,
    unpack,
)
from typer.testing import CliRunner

from harvester.cli.app import app
from harvester.run.lake_state.reading import Scope, read_lake_state
from harvester.run.lake_state.state import LakeState
from harvester.stores import open_store

QUICK = ("--rate", "150", "--json")  # the rate is no part of what is asked
ENVELOPE = ["imdb_id", "tmdb_id", "media_type", "endpoint", "language", "fetched_at", "response"]


@pytest.fixture(autouse=True)
def _old_lake(tmp_path: Path, _hermetic: None) -> None:
    unpack(tmp_path)


def _said(*args: str, code: int = 0) -> Any:
    """Return what a command prints as JSON, once it has ended with this exit code."""
    ended = asyncio.run(harvester(*args))
    assert ended.code == code, ended.err
    return json.loads(ended.out)


def _read(*args: str) -> tuple[str, str]:
    """Return what a command that only reads the lake says, run in this process: it must exit 0."""
    ended = CliRunner().invoke(app, [*args, "--local"], catch_exceptions=False)
    assert ended.exit_code == 0, ended.stdout + ended.stderr
    return ended.stdout, ended.stderr


def _status(*run: str) -> Any:
    return json.loads(_read("status", *run, "--json")[0])


def _is_clean(run: str) -> None:
    """Assert that the product and the tests' own judge find no breach in a finished run."""
    assert "0 breaches" in _read("verify", run)[1]
    judge(LAKE, run)


def _page(run: str) -> str:
    """Return the page that `report` writes of a run."""
    return Path(_read("report", run)[0].strip()).read_text(encoding="utf-8")


def _holds(new: Any, old: Any) -> bool:
    """Say whether everything in `old` is in `new`, which may have keys more."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and _holds(new[key], value) for key, value in old.items()
        )
    if isinstance(old, list):
        return len(new) == len(old) and all(map(_holds, new, old))
    return bool(new == old)


def test_status_lists_every_run() -> None:
    """All nine runs, the newest first, none of them damaged; one of them unfinished."""
    listed = _status()
    assert sorted(one["run"] for one in listed) == sorted([*FINISHED, UNFINISHED])
    assert listed[0]["run"] == UNFINISHED
    assert [one["run"] for one in listed if not one["done"]] == [UNFINISHED]
    assert not [one for one in listed if "damaged" in one]
    assert {one["run"] for one in listed if one["titles"]["failed"]} == {
        FAILED, RETRIED, f"{RETRIED}-retry1",
    }  # fmt: skip


@pytest.mark.parametrize("run", FINISHED)
def test_a_finished_run_is_shown_verified_and_reported(run: str) -> None:
    """`status` says what 0.1.0's summary says, `verify` finds nothing, `report` writes a page."""
    shown = _status(run)
    if run == RETRIED:  # the summary is of the run alone, `status` of its retry, too
        assert (document(run, "summary.json")["titles"]["failed"], shown["titles"]["failed"]) == (
            5,
            4,
        )
    else:
        assert _holds(shown, document(run, "summary.json"))
    _is_clean(run)
    assert run in _page(run)


@pytest.mark.parametrize("run", COMMANDS)
def test_the_command_of_a_finished_run_has_nothing_to_do(run: str) -> None:
    """On the run's own date, its old command finds it again and changes no file."""
    before = contents()
    failed = document(run, "summary.json")["titles"]["failed"]
    report = _said(*COMMANDS[run], "--date", date_of(run), *QUICK, code=3 if failed else 0)
    assert (report["run"], report["finish_reason"]) == (run, "nothing_to_do")
    assert contents() == before


def test_the_unfinished_run_is_verified_and_reported() -> None:
    """What is there of it is whole, what is missing is counted, and it has a page, too."""
    assert "2 units still to do" in _read("verify", UNFINISHED)[1]
    shown = _status(UNFINISHED)
    assert (shown["finish_reason"], shown["titles"]["pending"]) == ("unfinished", 130)
    assert UNFINISHED in _page(UNFINISHED)


@pytest.mark.parametrize("run", [*FINISHED, UNFINISHED])
def test_each_title_is_shown_by_either_id(run: str) -> None:
    """Its outcome in each run, found by the manifests, and records as they lie there."""
    title_id, outcome = next(iter(document(run, "units/000000.json")["outcomes"].items()))
    ids = [title_id]
    if outcome["tmdb_id"] is not None:
        ids.append(f"{outcome['media_type']}:{outcome['tmdb_id']}")
    found = [json.loads(_read("show", one, "--json")[0]) for one in ids]
    for shown in found:
        assert run in {one["run"] for one in shown["outcomes"] if one["id"] == title_id}
        assert shown["damaged"] == []
        assert shown["records"] == found[0]["records"]
        for one in shown["records"]:
            lines = (LAKE / one["key"]).read_text(encoding="utf-8")
            assert json.dumps(one["record"]["imdb_id"]) in lines
            assert one["record"]["endpoint"] == one["endpoint"]


def test_the_unfinished_run_is_resumed_by_its_old_command() -> None:
    """The same run, what is committed left alone, only the other titles asked, old envelopes."""
    before = contents()
    old = records(LAKE, UNFINISHED).keys()
    report = _said(*RESUME, *QUICK)
    assert (report["run"], report["done"]) == (UNFINISHED, True)
    assert report["this_process"]["titles"] == 130
    outcomes = judge(LAKE, UNFINISHED)
    new = records(LAKE, UNFINISHED)
    asked = 130 + len(new.keys() - old)  # find, and keywords of those it found
    assert report["this_process"]["requests"] == asked + 1  # the check of the token
    assert contents().items() >= before.items()
    assert all(list(record) == ENVELOPE for record in new.values())
    assert Counter(one["outcome"] for one in outcomes.values())["harvested"] == len(new)
    _is_clean(UNFINISHED)
    again = _said(*RESUME, "--date", date_of(UNFINISHED), *QUICK)
    assert (again["run"], again["finish_reason"]) == (UNFINISHED, "nothing_to_do")


@pytest.mark.parametrize(("run", "number", "failed"), [(FAILED, 1, 10), (RETRIED, 2, 4)])
def test_failed_titles_are_retried(run: str, number: int, failed: int) -> None:
    """Those still failed, over a retry of 0.1.0 as well, are harvested and nothing is failed."""
    before = contents()
    report = _said("retry", run, "--local", *QUICK)
    assert report["run"] == f"{run}-retry{number}"
    assert report["titles"]["total"] == report["titles"]["harvested"] == failed
    assert contents().items() >= before.items()
    for one in (run, report["run"]):
        _is_clean(one)
    merged = _status(run)
    assert (merged["titles"]["failed"], merged["titles"]["pending"]) == (0, 0)
    again = _said("retry", run, "--local", "--json")
    assert again["finish_reason"] == "nothing_to_do"


def test_an_old_id_map_saves_its_requests() -> None:
    """With the `id-map.csv` of 0.1.0 a title takes one request, as it did then.

    Only the movie that the map lacks takes one more: it is asked for by its IMDb id before `find`.
    """
    report = _said(*COMMANDS[MAPPED], "--date", "2026-11-24", *QUICK)
    assert report["run"] == f"20261124-{MAPPED.partition('-')[2]}"
    asked_then = document(MAPPED, "summary.json")["this_process"]["requests"]
    assert asked_then == 13  # 12 titles, and the token
    assert report["this_process"]["requests"] == asked_then + 1
    _is_clean(report["run"])
    new, old = records(LAKE, report["run"]), records(LAKE, MAPPED)
    assert new.keys() == old.keys()
    assert all(new[key]["response"] == old[key]["response"] for key in new)


def _state(*endpoints: str) -> LakeState:
    """Return what the lake knows of its simulated titles, in no language."""

    async def read() -> LakeState:
        async with open_store(str(LAKE)) as store:
            return await read_lake_state(store, Scope("TMDB", "simulator", None), endpoints)

    return asyncio.run(read())


def test_the_state_of_an_old_lake_is_read_without_conversion() -> None:
    """Out of its manifests: of each title the newest outcome, at the time of its unit.

    Runs in another language are left out; the unfinished run and the retry count.
    """
    before = contents()
    expected: dict[str, tuple[str, str]] = {}
    harvested: dict[str, str] = {}
    for run in sorted(
        (*FINISHED, UNFINISHED), key=lambda run: (document(run, "plan.json")["created_at"], run)
    ):
        asked = document(run, "plan.json")["asked"]
        if asked["language"] is not None:
            continue
        for path in sorted((HARVEST / run / "units").glob("*.json")):
            manifest = json.loads(path.read_bytes())
            at = manifest["started_at"]
            for title, one in manifest["outcomes"].items():
                expected[title] = max(expected.get(title, ("", "")), (at, one["outcome"]))
                if one["outcome"] == "harvested" and "keywords" in asked["endpoints"]:
                    harvested[title] = max(harvested.get(title, ""), at)
    state = _state("find", "keywords")
    assert list(state) == sorted(expected, key=lambda title: int(title[2:]))
    for title, (at, outcome) in expected.items():
        known = state.get(title)
        assert known is not None
        assert (known.outcome, known.fetched_at) == (outcome, _second(at))
        fresh = harvested.get(title)
        assert known.harvested_at == (None if fresh is None else _second(fresh))
        assert (known.origin_id is not None) == known.was_harvested or known.outcome == "unmatched"
    assert contents() == before


def _second(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def test_an_old_unfinished_run_is_finished_with_outcomes() -> None:
    """All of its titles, those that 0.1.0 harvested at the time of their unit; no id map."""
    state = _state("keywords")
    old = {
        title: json.loads(path.read_bytes())["started_at"]
        for path in (HARVEST / UNFINISHED / "units").glob("*.json")
        for title in json.loads(path.read_bytes())["outcomes"]
    }
    assert old
    report = _said(*RESUME, *QUICK)
    assert report["run"] == UNFINISHED
    assert not (HARVEST / UNFINISHED / "id-map.csv").exists()
    with (HARVEST / UNFINISHED / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    titles = (HARVEST / UNFINISHED / "plan-titles.jsonl").read_bytes().splitlines()
    assert list(rows) == [json.loads(title)["imdb_id"] for title in titles]
    assert {title: rows[title]["fetched_at"] for title in old} == old
    now = _state("keywords")
    assert set(now) >= set(state)
    assert all(now.get(title) == state.get(title) for title in set(state) - set(rows) | set(old))


@pytest.mark.parametrize("run", [SAMPLE, "20261122-65dbe815"])
def test_the_same_again_on_another_date_gives_the_same_records(run: str) -> None:
    """A run of today's code holds what 0.1.0's held, by the same digest, in arrays and in lines."""
    report = _said(*COMMANDS[run], "--date", "2026-11-24", *QUICK)
    assert report["run"] == f"20261124-{run.partition('-')[2]}"
    _is_clean(report["run"])
    new, old = records(LAKE, report["run"]), records(LAKE, run)
    assert new.keys() == old.keys()
    for key, record in new.items():
        assert _holds(record, {**old[key], "fetched_at": record["fetched_at"]})


def _tables() -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """Return the columns and rows of every table of Trusted and Refined, read by DuckDB alone."""
    files = [path for zone in ("Trusted", "Refined") for path in (LAKE / zone).rglob("*.parquet")]
    found = {}
    connection = duckdb.connect()
    for folder in {path.parent.as_posix().partition("/dt=")[0] for path in files}:
        rows = connection.sql(f"SELECT * FROM read_parquet('{folder}/**/*.parquet')")  # noqa: S608
        found[folder] = (rows.columns, rows.fetchall())
    return found


@pytest.mark.slow
def test_the_zones_are_built_again_with_the_rows_they_had() -> None:
    """Rebuilt as a whole, each table has 0.1.0's rows, in 0.1.0's columns; others may be new."""
    old = _tables()
    assert len(old) == 28
    for zone in ("trusted", "refined"):
        assert _said(zone, "--local", "--rebuild", "--json")["built"]
    new = _tables()
    assert new.keys() >= old.keys()
    for name, (columns, rows) in old.items():
        there, again = new[name]
        assert set(columns) <= set(there), name
        chosen = [tuple(row[there.index(column)] for column in columns) for row in again]
        assert sorted(map(repr, chosen)) == sorted(map(repr, rows)), name


@pytest.mark.slow
def test_the_zones_grow_by_what_is_resumed_and_retried() -> None:
    """Built on from 0.1.0's own state: its titles, those resumed, and nothing failed any more."""
    title = f"{LAKE}/Refined/Parquet/dim_title"
    columns, rows = _tables()[title]
    before = {row[columns.index("imdb_id")]: row[columns.index("outcome")] for row in rows}
    _said(*RESUME, *QUICK)
    for run in (FAILED, RETRIED):
        _said("retry", run, "--local", *QUICK)
    for zone in ("trusted", "refined"):
        _said(zone, "--local", "--json")
    columns, rows = _tables()[title]
    after = {row[columns.index("imdb_id")]: row[columns.index("outcome")] for row in rows}
    assert (len(before), len(after), len(rows)) == (164, 164 + 130, 164 + 130)
    assert Counter(before.values())["failed"] == 14
    assert "failed" not in after.values()
    assert {one for one in before if before[one] != after[one]} == {
        one for one, outcome in before.items() if outcome == "failed"
    }


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object that has keys of its own, not those that map ids or names to others."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for one in value if isinstance(value, list) else []:
        yield from _dicts(one)


def _add_unknown_keys(path: Path) -> None:
    """Add a key of each type to all objects of a document that describe something."""
    content = json.loads(path.read_bytes())
    maps = {id(content.get(name)) for name in ("outcomes", "requests", "latency", "reasons")}
    maps |= {id(one) for one in content.get("reasons", {}).values()}
    for one in list(_dicts(content)):
        if id(one) not in maps:
            one |= {"later": {"a": [1]}, "later_too": "x", "later_still": None}
    path.write_bytes(json.dumps(content).encode())


def _add_unknown_keys_to_titles(folder: Path) -> None:
    """Add a key to each of a plan's titles, and record their hash again."""
    titles = folder / "plan-titles.jsonl"
    titles.write_bytes(titles.read_bytes().replace(b"}\n", b',"later":[{}]}\n'))
    plan = json.loads((folder / "plan.json").read_bytes())
    plan["titles_sha256"] = hashlib.sha256(titles.read_bytes()).hexdigest()
    (folder / "plan.json").write_bytes(json.dumps(plan).encode())


def test_unknown_keys_are_ignored() -> None:
    """Keys of a later version in plan, titles, manifest and summary change nothing that is said."""
    for run in (SAMPLE, UNFINISHED):
        for path in (HARVEST / run).rglob("*.json"):
            _add_unknown_keys(path)
        _add_unknown_keys_to_titles(HARVEST / run)
    listed = _status()
    assert len(listed) == len(FINISHED) + 1
    assert not [one for one in listed if "damaged" in one]
    shown = _status(SAMPLE)
    assert shown["titles"]["harvested"] == 11
    _is_clean(SAMPLE)
    same = _said(*COMMANDS[SAMPLE], "--date", date_of(SAMPLE), *QUICK)
    assert same["finish_reason"] == "nothing_to_do"
    resumed = _said(*RESUME, *QUICK)
    assert (resumed["run"], resumed["this_process"]["titles"]) == (UNFINISHED, 130)
    _is_clean(UNFINISHED)


def test_old_runs_expire() -> None:
    """What a younger run has goes, the rest only by force; whatever is left of them verifies."""
    old = [run for run in FINISHED if run != SAMPLE]
    for run in old:
        path = HARVEST / run / "summary.json"
        summary = json.loads(path.read_bytes()) | {"finished_at": "2026-01-05T00:00:00Z"}
        path.write_text(json.dumps(summary))
    before = {run: set(LAKE.rglob(f"{run}-0*.json*")) for run in old}
    first = _said("expire", "--local", "--json", code=3)
    gone = {one["run"] for one in first["deleted"]}
    assert "20261121-dc6bafc4" in gone  # some titles of the sample, with the same endpoints
    assert {one["run"] for one in first["left"]}.isdisjoint(gone)
    for run in FINISHED:
        _read("verify", run)
    forced = _said("expire", "--local", "--force", "--json")
    assert gone | {one["run"] for one in forced["deleted"]} == set(old)
    assert all(files and not any(file.exists() for file in files) for files in before.values())
    for run in (*FINISHED, UNFINISHED):
        _read("verify", run)
