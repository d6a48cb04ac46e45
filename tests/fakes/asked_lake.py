"""A lake with records and tables of both zones, made without a build, and SQL asked about it."""

import asyncio
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from made_lake import Made, make
from made_star import make_star, small_star

from harvester.stores import open_store
from harvester.zones import state
from harvester.zones.query.answer import QueryAnswer
from harvester.zones.query.session import open_query_session
from harvester.zones.query.statements import read_statements
from harvester.zones.query.views import View, all_views

DATES = ("2026-11-23", "2026-11-24")
_VALUES = {
    "VARCHAR": "'a' || i",
    "BIGINT": "i",
    "DOUBLE": "i + 0.5",
    "BOOLEAN": "i > 1",
    "DATE": "DATE '2026-11-24' + i::INTEGER",
    "TIMESTAMP": "TIMESTAMP '2026-11-24 07:00:00'",
    "VARCHAR[]": "['a', NULL, 'b' || i]",
}


async def make_asked(lake: Path) -> None:
    """Make two runs, a small star, and in each table of Trusted two rows a date."""
    movie = {
        "details": {"id": 1, "title": "One", "budget": 7},
        "credits": {"cast": [{"id": 5, "name": "Ana"}], "crew": []},
    }
    titles = [Made("tt0000001", bodies=movie)]
    await make(lake, titles, run="20261123-0000000a", day=date(2026, 11, 23))
    titles = [
        Made("tt0000002", tmdb_id=2, bodies={"details": {"id": 2, "title": '=Two; "x"'}}),
        Made("tt0000003", "tv", 3, bodies={"details": {"id": 3, "name": "Three\nlines"}}),
    ]
    await make(lake, titles, run="20261124-0000000b", unmatched=("tt0000004",))
    await make_star(lake, small_star())
    with duckdb.connect() as connection:
        for view in all_views():
            if view.zone == "trusted":
                _fill(connection, lake, view)
    content: dict[str, Any] = {"local": None, "dates": {}, "simulated_runs_left_out": 0}
    async with open_store(str(lake)) as store:
        await state.save_state(store, state.TRUSTED, content)


def _fill(connection: duckdb.DuckDBPyConnection, lake: Path, view: View) -> None:
    for partition in [f"dt={day}" for day in DATES] if view.partitioned else [""]:
        file = lake / view.folder / partition / "part-0.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        columns = ", ".join(
            f'CAST({_VALUES.get(column.type, "NULL")} AS {column.type}) AS "{column.name}"'
            for column in view.columns
            if column.name != "dt"
        )
        rows = f"SELECT {columns} FROM range(1, 3) t(i)"  # noqa: S608 - declared
        connection.sql(rows).write_parquet(str(file))


def rows_of(answer: QueryAnswer) -> list[tuple[Any, ...]]:
    """Return all rows of an answer."""
    return [row for some in answer.rows()[1] for row in some]


async def asked(lake: Path | str, sql: str) -> list[list[tuple[Any, ...]]]:
    """Return the rows that each statement of a text comes to."""
    async with open_store(str(lake)) as store, open_query_session(store) as session:
        return [await session.answer(one, rows_of) for one in read_statements(sql)]


def ask(lake: Path | str, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a text's last statement, where no loop is running."""
    return next(reversed(asyncio.run(asked(lake, sql))), [])


def digest(folder: Path) -> str:
    """Return a hash over every name below a folder, hidden ones too, and what each file holds."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        found.update(f"{path.relative_to(folder)}\0".encode(errors="surrogateescape"))
        if path.is_file():
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
