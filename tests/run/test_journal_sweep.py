"""The sweep deletes this run's leftovers, and nothing that only looks like them."""

from datetime import date
from pathlib import Path

from harvester.lake.documents.plan import Plan
from harvester.model import Asked
from harvester.run.journal import sweep
from harvester.stores import open_store

PLAN = Plan(
    run="r",
    digest="0" * 8,
    date=date(2026, 11, 24),
    created_at="2026-11-24T07:00:00Z",
    inputs=(),
    asked=Asked(("find", "details"), None, (), None, "array", "tmdb.test"),
    synthetic=True,
    titles=150,
    titles_sha256="",
)
FIND = "Raw/TMDB/JSON/Find/2026/11/24/"


async def test_only_names_that_parse_exactly_as_this_runs_are_deleted(tmp_path: Path) -> None:
    """Named files, other runs', later units', the user's own and those in folders below stay."""
    named = f"{FIND}r-000000-0-11111111.json"
    leftovers = {
        f"{FIND}r-000000-0-22222222.json",
        f"{FIND}r-000001-3-33333333.json",
        "Raw/TMDB/JSON/Series/details/2026/11/24/r-000001-0-44444444.json",
    }
    kept = {
        named,
        f"{FIND}r-000002-0-55555555.json",
        f"{FIND}r-000000-0-1111111.json",
        f"{FIND}r-notes.json",
        f"{FIND}r-mine/r-000000-0-66666666.json",
        f"{FIND}r-000000-0-77777777-000000-0-88888888.json",
        "Raw/TMDB/JSON/Find/2026/11/25/r-000000-0-99999999.json",
    }
    async with open_store(str(tmp_path / "l")) as store:
        for key in leftovers | kept:
            await store.put(key, b"[]")
        await sweep(store, PLAN, {named})
        assert {entry.key async for entry in store.list("")} == kept
