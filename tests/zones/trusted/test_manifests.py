"""One damaged run takes no other along: it is named, left out, and built once it is whole again."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import harvester
from made_lake import Made, make, table

from harvester.stores import open_store
from harvester.zones.trusted.build import build_trusted

LAKE = Path("l")
TMDB = "Trusted/TMDB/Parquet"
BAD = "20261124-0b"
HARVEST = Path(f"l/Raw/TMDB/_harvest/{BAD}")
LATER = date(2026, 11, 25)

DAMAGES: dict[str, tuple[str, bytes]] = {
    "a plan cut short": ("plan.json", b'{"version":2,"run":"2026'),
    "an empty plan": ("plan.json", b""),
    "a plan of another type": ("plan.json", b'{"version":2,"run":7}'),
    "a plan of a newer version": ("plan.json", b'{"version":9}'),
    "titles of another plan": ("plan-titles.jsonl", b"{}\n"),
    "a manifest cut short": ("units/000000.json", b'{"version":1,"run":"2026'),
    "an empty manifest": ("units/000000.json", b""),
    "a manifest of another type": ("units/000000.json", b"[1]"),
}


def _made(number: int) -> Made:
    body = {"id": number, "title": "A"}
    return Made(f"tt{number:07d}", "movie", number, {"details": body})


async def _lake() -> None:
    """Make three runs, two of one date."""
    await make(LAKE, [_made(1)], run="20261124-0a")
    await make(LAKE, [_made(2)], run=BAD)
    await make(LAKE, [_made(3)], run="20261125-0a", day=LATER)


def _damage(name: str) -> bytes:
    file, data = DAMAGES[name]
    whole = (HARVEST / file).read_bytes()
    (HARVEST / file).write_bytes(data)
    return whole


async def _trusted() -> dict[str, Any]:
    async with open_store("l") as store:
        return (await build_trusted(store, "duckdb", rebuild=False)).plain()


def _titles() -> set[str]:
    names = ("Movies/details", "Outcomes")
    details, outcomes = ({row["title_id"] for row in table(LAKE, f"{TMDB}/{n}")} for n in names)
    assert details == outcomes
    return details


@pytest.mark.parametrize(
    "name",
    [
        *list(DAMAGES)[::8],
        *(
            pytest.param(name, marks=[pytest.mark.slow])
            for number, name in enumerate(DAMAGES)
            if number % 8
        ),
    ],
)
async def test_the_others_are_built_and_it_is_once_it_is_whole(name: str) -> None:
    """Whatever document of it is damaged, by whatever: exactly its titles are missing."""
    await _lake()
    whole = _damage(name)
    for _ in range(2):  # a build with nothing new says it, too
        done = await _trusted()
        assert set(done["damaged_runs"]) == {BAD}
        assert DAMAGES[name][0].partition(".")[0] in done["damaged_runs"][BAD]
        assert _titles() == {"tt0000001", "tt0000003"}
        assert done["breaches"] == 0
    assert done["built"] == []
    (HARVEST / DAMAGES[name][0]).write_bytes(whole)
    done = await _trusted()
    assert (done["damaged_runs"], done["built"]) == ({}, ["2026-11-24"])
    assert _titles() == {"tt0000001", "tt0000002", "tt0000003"}
    assert json.loads(Path("l/Trusted/_build.json").read_bytes())["damaged_runs"] == {}


@pytest.mark.parametrize(
    "name", ["a plan cut short", pytest.param("a manifest cut short", marks=[pytest.mark.slow])]
)
async def test_both_zones_say_it_and_end_with_3(name: str) -> None:
    """One sentence on stderr names file and run; Refined has the others' titles."""
    await _lake()
    _damage(name)
    for zone in ("trusted", "refined", "refined"):
        ended = await harvester(zone, "--lake", "l", "--json")
        assert ended.code == 3, ended.err
        assert list(json.loads(ended.out)["damaged_runs"]) == [BAD]
        (said,) = [line for line in ended.err.splitlines() if "is damaged" in line]
        assert DAMAGES[name][0] in said
        assert said.endswith(f"run {BAD} is left out")
        assert "Traceback" not in ended.err
    titles = {row["title_id"] for row in table(LAKE, "Refined/Parquet/dim_title")}
    assert titles == {"tt0000001", "tt0000003"}


async def test_the_only_run_of_a_date() -> None:
    """Its date has no rows; with a plan that can't be read it has no tables."""
    await make(LAKE, [_made(1)], run="20261125-0a", day=LATER)
    await make(LAKE, [_made(2)], run=BAD)
    await _trusted()
    assert _titles() == {"tt0000001", "tt0000002"}
    _damage("a manifest cut short")
    assert (await _trusted())["damaged_runs"] == {}  # what was built of it stands
    assert _titles() == {"tt0000001", "tt0000002"}
    await make(LAKE, [_made(3)], run="20261124-0c")
    assert set((await _trusted())["damaged_runs"]) == {BAD}
    assert _titles() == {"tt0000001", "tt0000003"}
    shutil.rmtree("l/Raw/TMDB/_harvest/20261124-0c")
    _damage("a plan cut short")
    assert set((await _trusted())["damaged_runs"]) == {BAD}
    assert _titles() == {"tt0000001"}
    assert not list(LAKE.rglob("dt=2026-11-24"))


def _summary(run: str) -> None:
    """Write a summary that says that a run is real."""
    report = {
        "version": 1, "run": run, "lake": "l", "synthetic": False, "date": "2026-11-24",
        "asked": {"endpoints": ["find"], "language": None, "genres": [], "limit": None,
                  "format": "array", "host": "tmdb"},
        "inputs": [], "inputs_total": 0, "done": True, "finish_reason": "finished",
        "message": None, "reasons": {}, "files": 1, "records": 1, "bytes": 1,
        "titles": {"total": 1, "harvested": 1, "unmatched": 0, "failed": 0, "pending": 0},
        "requests": {"sent": 1, "retried": 0, "throttled": 0}, "this_process": {},
        "started_at": "2026-11-24T07:00:00Z", "finished_at": "2026-11-24T07:00:00Z",
    }  # fmt: skip
    (HARVEST / "summary.json").write_text(json.dumps(report), encoding="utf-8")


@pytest.mark.parametrize("told", [True, False])
async def test_a_real_run_that_is_damaged_still_wins(told: bool) -> None:
    """By its summary it is real, and the simulated runs stay out; without one nobody knows."""
    await make(LAKE, [_made(1)], run="20261124-0a", synthetic=True)
    await make(LAKE, [_made(2)], run=BAD)
    if told:
        _summary(BAD)
    _damage("a plan cut short")
    done = await _trusted()
    assert set(done["damaged_runs"]) == {BAD}
    assert done["simulated_runs_left_out"] == int(told)
