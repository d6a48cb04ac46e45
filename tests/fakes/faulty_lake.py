"""Makes a lake of simulated titles, unusual values and values of wrong types, over four dates."""

from datetime import date
from pathlib import Path
from typing import Any

from command_line import harvester
from csvs import MOVIES
from made_lake import Made, csv, make, table

from harvester.simulator import SimulatorOptions, simulate

MISFIT = {"id": 1, "title": 5, "genres": [None], "release_date": "1999-02-30"}
ODD = {
    "id": 2,
    "imdb_id": "tt9000001",
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


async def faulty_lake(folder: Path) -> None:
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
    # Later dates, so that a title has a history and another is gone.
    later = ODD | {"popularity": 0.0004, "status": "Released", "runtime": 0, "vote_count": 1}
    series = {"id": 9_000_003, "episode_run_time": [50], "in_production": True, "popularity": 2e7}
    changed = [
        Made("tt9000002", bodies={"details": later}, fetched_at="2026-11-25T09:00:00Z"),
        Made(
            None, "tv", 9_000_003, {"details": series}, None, "2026-11-25T09:00:00Z", "tv:9000003"
        ),
    ]
    for day, some in ((25, changed), (26, [])):
        when, missing = date(2026, 11, day), ("tt9000001", "movie:9000006")
        run = f"202611{day}-a"
        await make(folder, some, run=run, day=when, unmatched=missing, synthetic=True)
    row = r"tt9000002|A|B|18x4|1|Drama, X|5.3|2|actor|\N|N|1950|\N|actor,writer|tt1,tt2"
    rows = [
        MOVIES,
        row.replace("18x4", "1894"),
        row,
        "cut|row",
        "tt12" + row[9:].replace("18x4", ""),
    ]
    csv(folder, "Movies/m.csv", "\n".join([*rows, ""]))


def tables_of(folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Return the columns and the sorted rows of each table of both zones."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for zone in ("Trusted", "Refined"):
        for file in folder.rglob(f"{zone}/**/*.parquet"):
            name = str(file.parent.relative_to(folder))
            rows: list[dict[str, Any]] = table(folder, name)
            found[name] = (list(rows[0]) if rows else [], sorted(map(str, rows)))
    return found
