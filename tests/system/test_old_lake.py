"""A lake that 0.1.0 wrote is read, resumed, retried, verified, reported and built by today's code."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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

QUICK = ("--rate", "150", "--json")  # the rate is no part of what is asked
ENVELOPE = ["imdb_id", "tmdb_id", "media_type", "endpoint", "language", "fetched_at", "response"]


@pytest.fixture(autouse=True)
def _old_lake(tmp_path: Path, _hermetic: None) -> None:
    unpack(tmp_path)


async def _said(*args: str, code: int = 0) -> Any:
    """Return what a command prints as JSON, once it has ended with this exit code."""
    ended = await harvester(*args)
    assert ended.code == code, ended.err
    return json.loads(ended.out)


async def _is_clean(run: str) -> None:
    """Assert that the product and the tests' own judge find no breach in a finished run."""
    ended = await harvester("verify", run, "--local")
    assert ended.code == 0, ended.out + ended.err
    judge(LAKE, run)


def _holds(new: Any, old: Any) -> bool:
    """Say whether everything in `old` is in `new`, which may have keys more."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and _holds(new[key], value) for key, value in old.items()
        )
    if isinstance(old, list):
        return len(new) == len(old) and all(map(_holds, new, old))
    return bool(new == old)


async def test_status_lists_every_run() -> None:
    """All nine runs, the newest first, none of them damaged; one of them unfinished."""
    listed = await _said("status", "--local", "--json")
    assert sorted(one["run"] for one in listed) == sorted([*FINISHED, UNFINISHED])
    assert listed[0]["run"] == UNFINISHED
    assert [one["run"] for one in listed if not one["done"]] == [UNFINISHED]
    assert not [one for one in listed if "damaged" in one]
    assert {one["run"] for one in listed if one["titles"]["failed"]} == {
        FAILED, RETRIED, f"{RETRIED}-retry1",
    }  # fmt: skip


@pytest.mark.parametrize("run", FINISHED)
async def test_a_finished_run_is_shown_verified_and_reported(run: str) -> None:
    """`status` says what 0.1.0's summary says, `verify` finds nothing, `report` writes a page."""
    shown = await _said("status", run, "--local", "--json")
    if run == RETRIED:  # the summary is of the run alone, `status` of its retry, too
        assert (document(run, "summary.json")["titles"]["failed"], shown["titles"]["failed"]) == (
            5,
            4,
        )
    else:
        assert _holds(shown, document(run, "summary.json"))
    await _is_clean(run)
    ended = await harvester("report", run, "--local")
    assert ended.code == 0, ended.err
    assert run in Path(ended.out.strip()).read_text(encoding="utf-8")


@pytest.mark.parametrize("run", COMMANDS)
async def test_the_command_of_a_finished_run_has_nothing_to_do(run: str) -> None:
    """On the run's own date, its old command finds it again and changes no file."""
    before = contents()
    failed = document(run, "summary.json")["titles"]["failed"]
    report = await _said(*COMMANDS[run], "--date", date_of(run), *QUICK, code=3 if failed else 0)
    assert (report["run"], report["finish_reason"]) == (run, "nothing_to_do")
    assert contents() == before


async def test_the_unfinished_run_is_verified_and_reported() -> None:
    """What is there of it is whole, what is missing is counted, and it has a page, too."""
    ended = await harvester("verify", UNFINISHED, "--local")
    assert ended.code == 0, ended.err
    assert "2 units still to do" in ended.err
    shown = await _said("status", UNFINISHED, "--local", "--json")
    assert (shown["finish_reason"], shown["titles"]["pending"]) == ("unfinished", 130)
    ended = await harvester("report", UNFINISHED, "--local")
    assert ended.code == 0, ended.err
    assert Path(ended.out.strip()).exists()


async def test_the_unfinished_run_is_resumed_by_its_old_command() -> None:
    """The same run, what is committed left alone, only the other titles asked, old envelopes."""
    before = contents()
    old = records(LAKE, UNFINISHED).keys()
    report = await _said(*RESUME, *QUICK)
    assert (report["run"], report["done"]) == (UNFINISHED, True)
    assert report["this_process"]["titles"] == 130
    outcomes = judge(LAKE, UNFINISHED)
    new = records(LAKE, UNFINISHED)
    asked = 130 + len(new.keys() - old)  # find, and keywords of those it found
    assert report["this_process"]["requests"] == asked + 1  # the check of the token
    assert contents().items() >= before.items()
    assert all(list(record) == ENVELOPE for record in new.values())
    assert Counter(one["outcome"] for one in outcomes.values())["harvested"] == len(new)
    await _is_clean(UNFINISHED)
    again = await _said(*RESUME, "--date", date_of(UNFINISHED), *QUICK)
    assert (again["run"], again["finish_reason"]) == (UNFINISHED, "nothing_to_do")


@pytest.mark.parametrize(("run", "number", "failed"), [(FAILED, 1, 10), (RETRIED, 2, 4)])
async def test_failed_titles_are_retried(run: str, number: int, failed: int) -> None:
    """Those still failed, over a retry of 0.1.0 as well, are harvested and nothing is failed."""
    before = contents()
    report = await _said("retry", run, "--local", *QUICK)
    assert report["run"] == f"{run}-retry{number}"
    assert report["titles"]["total"] == report["titles"]["harvested"] == failed
    assert contents().items() >= before.items()
    for one in (run, report["run"]):
        await _is_clean(one)
    merged = await _said("status", run, "--local", "--json")
    assert (merged["titles"]["failed"], merged["titles"]["pending"]) == (0, 0)
    again = await _said("retry", run, "--local", *QUICK)
    assert again["finish_reason"] == "nothing_to_do"


async def test_an_old_id_map_saves_its_requests() -> None:
    """With the `id-map.csv` of 0.1.0 a title takes one request, as it did then."""
    report = await _said(*COMMANDS[MAPPED], "--date", "2026-11-24", *QUICK)
    assert report["run"] == f"20261124-{MAPPED.partition('-')[2]}"
    asked_then = document(MAPPED, "summary.json")["this_process"]["requests"]
    assert report["this_process"]["requests"] == asked_then == 13  # 12 titles, and the token
    await _is_clean(report["run"])
    new, old = records(LAKE, report["run"]), records(LAKE, MAPPED)
    assert new.keys() == old.keys()
    assert all(new[key]["response"] == old[key]["response"] for key in new)


@pytest.mark.parametrize("run", [SAMPLE, "20261122-65dbe815"])
async def test_the_same_again_on_another_date_gives_the_same_records(run: str) -> None:
    """A run of today's code holds what 0.1.0's held, by the same digest, in arrays and in lines."""
    report = await _said(*COMMANDS[run], "--date", "2026-11-24", *QUICK)
    assert report["run"] == f"20261124-{run.partition('-')[2]}"
    await _is_clean(report["run"])
    new, old = records(LAKE, report["run"]), records(LAKE, run)
    assert new.keys() == old.keys()
    for key, record in new.items():
        assert _holds(record, {**old[key], "fetched_at": record["fetched_at"]})


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


async def test_unknown_keys_are_ignored() -> None:
    """A newer minor version's keys in plan, manifest and summary change nothing that is said."""
    for run in (SAMPLE, UNFINISHED):
        for path in (HARVEST / run).rglob("*.json"):
            _add_unknown_keys(path)
    listed = await _said("status", "--local", "--json")
    assert len(listed) == len(FINISHED) + 1
    assert not [one for one in listed if "damaged" in one]
    shown = await _said("status", SAMPLE, "--local", "--json")
    assert shown["titles"]["harvested"] == 11
    assert (await harvester("verify", SAMPLE, "--local")).code == 0
    same = await _said(*COMMANDS[SAMPLE], "--date", date_of(SAMPLE), *QUICK)
    assert same["finish_reason"] == "nothing_to_do"
    resumed = await _said(*RESUME, *QUICK)
    assert (resumed["run"], resumed["this_process"]["titles"]) == (UNFINISHED, 130)
    await _is_clean(UNFINISHED)
