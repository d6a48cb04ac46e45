"""Spark and DuckDB build the same tables from the same lake, row for row."""

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import harvester
from csvs import MOVIES
from made_lake import Made, csv, make, table

from harvester.simulator import SimulatorOptions, simulate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
if importlib.util.find_spec("pyspark") is None:
    pytestmark.append(pytest.mark.skip(reason="pyspark is not installed: make .venv/.spark"))
elif shutil.which("java") is None:
    pytestmark.append(pytest.mark.skip(reason="Spark needs Java 17 on the PATH"))

MISFIT = {"id": 1, "title": 5, "genres": [None], "release_date": "1999-02-30"}
ODD = {
    "id": 2,
    "title": 'A "b" \\ \u00e9 \u2028',
    "release_date": "",
    "popularity": 1e-7,
    "runtime": 90.0,
    "genres": [],
    "origin_country": ["US"],
    "spoken_languages": [{"iso_639_1": "xx", "english_name": "", "name": "X"}],
    "new": {"a": [1]},
}
CREDITS = {"cast": [{"id": 1, "credit_id": "a", "order": 0}, {"id": None}, 5], "crew": "none"}


async def _lake(folder: Path) -> None:
    """Make a lake of simulated titles, unusual values and values of wrong types."""
    ids = Path("ids.csv")
    ids.write_text("".join(f"tt{n:07d}\n" for n in range(1, 61)), encoding="utf-8")
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        command = ["run", "ids.csv", "--lake", str(folder), "--date", "2026-11-23"]
        ran = await harvester(*command, "--rate", "1000", tmdb=tmdb)
    assert ran.code == 0, ran.err
    made = [
        Made("tt9000001", bodies={"details": MISFIT, "credits": CREDITS}),
        Made("tt9000002", bodies={"details": ODD, "keywords": {"keywords": [{"id": 1}]}}),
        Made(
            "tt9000003",
            "tv",
            9_000_003,
            {"details": {"id": 9_000_003, "episode_run_time": [45, 50]}},
        ),
        Made(None, "tv", 9_000_003, {"keywords": {"results": [{"id": 1}]}}, id="tv:9000003"),
        Made("tt9000003", "movie", 9_000_005, {"details": {"id": 5}}, id="movie:9000005"),
        Made("tt9000006", "movie", 9_000_006, {"details": {"id": 6}}, id="movie:9000006"),
    ]
    # Synthetic as the simulated run, for real data would leave that out.
    unmatched = ("tt9000004", "movie:9000007")
    await make(folder, made, run="20261124-a", unmatched=unmatched, synthetic=True)
    again = Made("tt9000002", bodies={"details": ODD}, fetched_at="2026-11-24T09:00:00Z")
    await make(folder, [again], run="20261124-a-retry1", suffix="jsonl", synthetic=True)
    row = r"tt9000002|A|B|18x4|1|Drama, X|5.3|2|actor|\N|N|1950|\N|actor,writer|tt1,tt2"
    rows = [
        MOVIES,
        row.replace("18x4", "1894"),
        row,
        "cut|row",
        "tt12" + row[9:].replace("18x4", ""),
    ]
    csv(folder, "Movies/m.csv", "\n".join([*rows, ""]))


def _tables(folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    found: dict[str, tuple[list[str], list[str]]] = {}
    for zone in ("Trusted", "Refined"):
        for file in folder.rglob(f"{zone}/**/*.parquet"):
            name = str(file.parent.relative_to(folder))
            rows: list[dict[str, Any]] = table(folder, name)
            found[name] = (list(rows[0]) if rows else [], sorted(map(str, rows)))
    return found


async def test_both_engines_give_equal_tables() -> None:
    """Every table of both zones: the same columns and rows, and the same exit codes."""
    await _lake(Path("duckdb"))
    shutil.copytree("duckdb", "spark")
    for engine in ("duckdb", "spark"):
        for command in ("trusted", "refined"):
            ended = await harvester(command, "--lake", engine, "--engine", engine)
            assert ended.code == 0, ended.err + ended.out
    ours, theirs = _tables(Path("duckdb")), _tables(Path("spark"))
    assert set(ours) == set(theirs)
    for name, rows in ours.items():
        assert theirs[name] == rows, name
    assert len(ours["Trusted/TMDB/Parquet/Rejects/dt=2026-11-24"][1]) == 4
    assert len(ours["Trusted/Local/Parquet/Rejects"][1]) == 2
    assert len(ours["Refined/Parquet/fact_cast"][1]) > 100
    titles = {row["title_id"]: row for row in table(Path("spark"), "Refined/Parquet/dim_title")}
    assert {"tv:9000003", "movie:9000006"}.isdisjoint(titles)
    assert {"tt9000003", "tt9000006", "movie:9000005", "movie:9000007"} <= set(titles)
    assert titles["tt9000001"]["same_as"] == "tt9000002"
