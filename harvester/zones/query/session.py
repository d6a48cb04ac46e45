"""Answers statements about a lake, each in a DuckDB of its own that holds what it names.

Three things keep SQL from writing, and from reading what is no table of the lake: `statements` lets
nothing else pass, DuckDB is closed to every other file (`sandbox`), and its settings are locked.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from harvester.errors import LakeError
from harvester.stores import Store
from harvester.zones import state
from harvester.zones.connection import connect, in_thread
from harvester.zones.plain_path import plain_path
from harvester.zones.query.answer import QueryAnswer
from harvester.zones.query.raw_records import RawRecords
from harvester.zones.query.sandbox import Readable, as_sql_says, fill
from harvester.zones.query.sentences import no_table, sentence
from harvester.zones.query.statements import Statement
from harvester.zones.query.views import View, all_views, by_name
from harvester.zones.table_files import find_damaged, missing, table_files
from harvester.zones.workspace import Workspace

_ZONES = {"refined": (state.REFINED, "Refined"), "trusted": (state.TRUSTED, "Trusted")}
# What DuckDB raises where the data may be to blame, and not the SQL.
_DATA_ERRORS = (duckdb.InvalidInputException, duckdb.IOException, duckdb.InternalException)

T = TypeVar("T")


class QuerySession:
    """A lake that statements can be asked about; what is copied from S3 is copied once."""

    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._views = all_views()
        self._copied: dict[View, list[str]] = {}

    async def answer(self, statement: Statement, use: Callable[[QueryAnswer], T]) -> T:
        """Answer a statement: return what `use` returns, which is given the answer in a thread.

        Raises `UserError` for SQL that can't be answered, `LakeError` for what is damaged or not
        built, and what the store raises.
        """
        readable = await self._readable(statement)
        connection = await asyncio.to_thread(connect, self._work.scratch)

        def run() -> T:
            try:
                fill(connection, self._views, readable)
                return use(QueryAnswer(connection, statement.sql))
            except duckdb.Error as error:
                raise self._explained(error, readable) from None

        return await in_thread(connection, run)

    async def _readable(self, statement: Statement) -> Readable:
        named = by_name(self._views)
        readable = Readable()
        for schema, name in statement.tables - named.keys():
            if schema in _ZONES:  # what a WITH names has no schema
                raise no_table(f"{schema}.{name}", [".".join(one) for one in named if one[0]])
        asked = [named[name] for name in statement.tables & named.keys()]
        asked += [named[view.zone, name] for view in asked for name in view.made_of]
        for view in dict.fromkeys(asked):
            if view.sql:
                readable.made.append(view)
                continue
            if view.zone == "raw":
                loop = asyncio.get_running_loop()
                readable.records[view] = RawRecords(self._work.store, view.endpoint, loop)
                continue
            try:
                readable.files[view] = await self._files(view)
            except LakeError as error:  # the name may be another's: `WITH dim_title AS …`
                readable.lost[view] = error
        return readable

    async def _files(self, view: View) -> list[str]:
        if view in self._copied:
            return self._copied[view]
        zone_state = await state.required_state(self._work.store, *_ZONES[view.zone])
        files = await table_files(self._work, view.folder, state.marks(zone_state))
        if not files and not view.partitioned:
            raise missing(view.folder)
        if self._work.root is None:
            self._copied[view] = files
        return files

    def _explained(self, error: duckdb.Error, readable: Readable) -> Exception:
        """Return what there is to say of an error: it may be the data's."""
        for records in readable.records.values():
            if records.error is not None:
                return records.error
        for lost in readable.lost.values():
            if as_sql_says(lost) in str(error):
                return lost
        if isinstance(error, _DATA_ERRORS) or type(error) is duckdb.Error:
            for view, files in readable.files.items():
                if (why := find_damaged(view.folder, files)) is not None:
                    return why
        return sentence(error, [view.shown for view in self._views])


@asynccontextmanager
async def open_query_session(store: Store) -> AsyncIterator[QuerySession]:
    """Open a session on a lake; what it keeps on disk goes away with the context."""
    with ExitStack() as plain:
        root = store.folder and plain.enter_context(plain_path(store.folder))
        made = plain.enter_context(tempfile.TemporaryDirectory(prefix="harvester-query-"))
        scratch = plain.enter_context(plain_path(Path(made)))
        yield QuerySession(Workspace(store, root, scratch, None, []))
