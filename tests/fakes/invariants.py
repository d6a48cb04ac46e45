"""An independent check of a finished local lake, with only the standard library.

`harvester verify` is itself under test, so what it must find is implemented a second time here.
"""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

ONLY_MOVIE = {"release_dates"}
ONLY_TV = {"aggregate_credits", "content_ratings"}


def judge(
    lake: Path, run: str, titles: list[str] | None = None, *, unit_size: int = 100
) -> dict[str, dict[str, Any]]:
    """Assert every invariant of a finished run; return the outcome of each title.

    `titles` is the plan a test expects, in order.
    """
    documents = lake / "Raw/TMDB/_harvest" / run
    plan = json.loads((documents / "plan.json").read_bytes())
    rows = [
        json.loads(line) for line in (documents / "plan-titles.jsonl").read_bytes().splitlines()
    ]
    planned = [_id(row) for row in rows]
    assert titles is None or planned == titles
    assert len(planned) == plan["titles"] == len(set(planned))
    units = sorted(
        (documents / "units").glob("[0-9]*.json")
    )  # a reader skips names that begin with .
    manifests = [json.loads(path.read_bytes()) for path in units]
    assert [m["unit"] for m in manifests] == list(range(-(-len(planned) // unit_size)))

    outcomes: dict[str, dict[str, Any]] = {}
    held: Counter[tuple[str, str]] = Counter()
    named: list[str] = []
    for manifest in manifests:
        unit = manifest["unit"]
        assert sorted(manifest["outcomes"]) == sorted(planned[unit * unit_size :][:unit_size])
        assert not outcomes.keys() & manifest["outcomes"].keys()
        outcomes |= manifest["outcomes"]
        for file in manifest["files"]:
            named.append(file["key"])
            data = (lake / file["key"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == file["sha256"]
            assert len(data) == file["bytes"] < 10_000_000
            assert file["sha256"][:8] in file["key"]
            for record in _records(file["key"], data):
                assert _id(record) in manifest["outcomes"]
                held[_id(record), record["endpoint"]] += 1
    assert len(named) == len(set(named))
    pattern = re.compile(rf"{re.escape(run)}-\d{{6}}-\d+-[0-9a-f]{{8}}\.jsonl?")
    there = [
        path.relative_to(lake).as_posix()
        for path in (lake / "Raw/TMDB/JSON").rglob("*")
        if path.is_file() and pattern.fullmatch(path.name)
    ]
    assert sorted(there) == sorted(named)
    assert held == _wanted(outcomes, plan["asked"]["endpoints"])
    summary = json.loads((documents / "summary.json").read_bytes())
    counts = Counter(outcome["outcome"] for outcome in outcomes.values())
    for name in ("harvested", "unmatched", "failed"):
        assert summary["titles"][name] == counts[name]
    assert summary["titles"]["pending"] == 0
    return outcomes


def records(lake: Path, run: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return every record of a run by title and endpoint."""
    found = {}
    for path in sorted((lake / "Raw/TMDB/JSON").rglob(f"{run}-*.json*")):
        key = path.relative_to(lake).as_posix()
        for record in _records(key, path.read_bytes()):
            found[_id(record), record["endpoint"]] = record
    return found


def timeless(outcomes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return outcomes without the time of fetching, in which two equal runs differ."""
    kept = {}
    for title_id, outcome in outcomes.items():
        kept[title_id] = dict(outcome)
        assert kept[title_id].pop("fetched_at")
    return kept


def _id(row: dict[str, Any]) -> str:
    """Return a title's id, which plans and records of version 1 call `imdb_id`."""
    title_id: str = row.get("id") or row["imdb_id"]
    return title_id


def _records(key: str, data: bytes) -> list[dict[str, Any]]:
    if key.endswith(".json"):
        found: list[dict[str, Any]] = json.loads(data)
    else:
        found = [json.loads(line) for line in data.decode().splitlines()]
    assert 1 <= len(found) <= 100
    for record in found:
        folder = {"movie": "Movies", "tv": "Series", None: None}[record["media_type"]]
        place = "Find" if record["endpoint"] == "find" else f"{folder}/{record['endpoint']}"
        assert key.startswith(f"Raw/TMDB/JSON/{place}/")
        if record["endpoint"] != "find":
            assert record["response"]["id"] == record["tmdb_id"]
    return found


def _wanted(outcomes: dict[str, dict[str, Any]], endpoints: list[str]) -> Counter[tuple[str, str]]:
    wanted: Counter[tuple[str, str]] = Counter()
    for title_id, outcome in outcomes.items():
        for endpoint in endpoints:
            if endpoint == "find" and not title_id.startswith("tt"):
                continue  # a title asked for by TMDB's id needs none
            missing = ONLY_TV if outcome["media_type"] == "movie" else ONLY_MOVIE
            if outcome["outcome"] == "harvested" and endpoint not in missing:
                wanted[title_id, endpoint] = 1
            if outcome["outcome"] == "unmatched" and endpoint == "find":
                wanted[title_id, endpoint] = 1
    return wanted
