"""Writes the Refined zone of a lake as one file or folder: whole, or not at all."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import duckdb

from harvester.errors import HarvesterError, LakeError, UserError
from harvester.stores import Store
from harvester.stores.new_file import written_beside
from harvester.zones import state
from harvester.zones.connection import connect, in_thread
from harvester.zones.export.csv_folder import write_csvs
from harvester.zones.export.duckdb_file import write_duckdb
from harvester.zones.export.sqlite_file import write_sqlite
from harvester.zones.export.star import StarTable, read_star
from harvester.zones.export.target import Target, check_target
from harvester.zones.plain_path import plain_path
from harvester.zones.table_files import damaged_refined, refined_files
from harvester.zones.workspace import Workspace

Writer = Callable[[duckdb.DuckDBPyConnection, list[StarTable], Path], None]
_WRITERS: dict[str, Writer] = {"duckdb": write_duckdb, "sqlite": write_sqlite, "csv": write_csvs}


async def export_refined(store: Store, target: Target, *, force: bool) -> None:
    """Export a lake's Refined zone. What is exported must be of one build.

    Raises `UserError` where the target is taken or can't be written, `LakeError` without a Refined
    zone and where it is damaged, and what the store raises.
    """
    check_target(target, force=force)
    before = await state.required_state(store, state.REFINED, "Refined")
    with ExitStack() as plain:
        root = store.folder and plain.enter_context(plain_path(store.folder))
        made = plain.enter_context(tempfile.TemporaryDirectory(prefix="harvester-export-"))
        scratch = plain.enter_context(plain_path(Path(made)))
        work = Workspace(store, root, scratch, None, [])
        files = await refined_files(work, state.marks(before))
        new = plain.enter_context(written_beside(target.path, force=force))
        connection = await asyncio.to_thread(connect, scratch)

        def write() -> None:
            try:
                _WRITERS[target.format](connection, read_star(connection, files), new)
            except duckdb.InterruptException:  # whoever interrupted knows why
                raise
            except (duckdb.Error, sqlite3.Error) as error:
                raise _explained(error, files, target) from None

        await in_thread(connection, write)
        if await state.load_state(store, state.REFINED) != before:
            raise LakeError(f"Refined of {store.uri} was rebuilt meanwhile: export it again")


def _explained(error: Exception, files: dict[str, list[str]], target: Target) -> HarvesterError:
    """Return what there is to say of an error of a database: it may be the data's."""
    if (why := damaged_refined(files)) is not None:
        return why
    said = " ".join(str(error).split())
    return UserError(f"{target.path} can't be written: {said}")
