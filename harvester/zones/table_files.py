"""The Parquet files of a zone's tables, where DuckDB can read them, and what is damaged of them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from harvester.errors import LakeError
from harvester.zones.published import Sizes, altered, folders_below
from harvester.zones.refined.tables import ROOT, TABLES
from harvester.zones.schema import Table
from harvester.zones.sql import literals
from harvester.zones.workspace import Workspace
from harvester.zones.zone_tables import zone_tables


async def table_files(work: Workspace, folder: str, marks: Mapping[str, str]) -> list[str]:
    """Return the paths of a table's files, of all its partitions; S3's are copied to scratch.

    `folder` is a key that ends in `/`; `marks` are those of the zone's folders. There may be no
    file. Raises `LakeError` where there are others than were published, and what the store raises.
    """
    return await _as_published(work, folder, await folders_below(work.store, folder), marks)


async def refined_files(work: Workspace, marks: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the paths of the files of each table of Refined by its name, as `table_files` does.

    Each has some. The zone is listed once.
    """
    found = await folders_below(work.store, ROOT)
    files = {}
    for table in TABLES:
        folder = f"{ROOT}{table.name}/"
        files[table.name] = await _as_published(work, folder, found, marks)
        if not files[table.name]:
            raise missing(folder)
    return files


async def _as_published(
    work: Workspace, folder: str, found: Mapping[str, Sizes], marks: Mapping[str, str]
) -> list[str]:
    parts = {at: names for at, names in found.items() if at.startswith(folder)}
    published = {at: mark for at, mark in marks.items() if at.startswith(folder)}
    for at in altered(published, parts):
        copies = await work.copies(f"{at}{name}" for name in sorted(parts.get(at, ())))
        files = [str(path) for path in copies]
        raise find_damaged(at, files, noticed=True) or _other_files(at, parts)
    keys = sorted(f"{at}{name}" for at, names in parts.items() for name in names)
    return [str(path) for path in await work.copies(keys)]


def check_published(
    folders: Iterable[str], found: Mapping[str, Sizes], marks: Mapping[str, str]
) -> None:
    """Raise `LakeError` where one of these folders has no files, or others than were published."""
    for folder in folders:
        if folder not in found and folder not in marks:
            raise missing(folder)
        for at in altered({folder: marks[folder]} if folder in marks else {}, found):
            raise _other_files(at, found)


def reading(files: Sequence[str], *, partitioned: bool = False) -> str:
    """Return the SQL that reads files as a table; a partition `dt=…` is a column of dates."""
    how = "true, hive_types = {'dt': 'DATE'}" if partitioned else "false"
    return f"read_parquet({literals(files)}, hive_partitioning = {how})"


def missing(folder: str) -> LakeError:
    """Return the error of a table without files."""
    return LakeError(f"{folder} is missing: {_anew(folder)}")


def find_damaged(folder: str, files: Sequence[str], *, noticed: bool = False) -> LakeError | None:
    """Return the error of the first of a table's files that can't be read to its end, or None.

    It may be another table's. What a build has `noticed`, by a mark, needs no `--rebuild`.
    """
    wanted = {column.name for column in _table_in(folder).columns}
    with duckdb.connect() as connection:
        for file in files:
            key = f"{folder}{file.rpartition(f'/{folder}')[2]}"
            try:
                Path(file).open("rb").close()
            except PermissionError:
                return LakeError(f"{key} can't be read: permission denied")
            except OSError:
                pass  # DuckDB finds the same
            rows = reading([file])
            try:
                described = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()  # noqa: S608 - quoted
                connection.execute(f"SELECT min(hash(t)) FROM {rows} AS t").fetchall()  # noqa: S608 - quoted
            except duckdb.Error:
                return LakeError(f"{key} is damaged: {_anew(folder, noticed=noticed)}")
            if {column[0] for column in described} != wanted:
                what = "has the columns of another table"
                return LakeError(f"{key} {what}: {_anew(folder, noticed=noticed)}")
    return None


def first_damaged(files: Mapping[str, Sequence[str]]) -> LakeError | None:
    """Return the error of the first file that is damaged of these folders', or None."""
    found = (find_damaged(folder, paths) for folder, paths in files.items())
    return next((error for error in found if error is not None), None)


def damaged_refined(files: Mapping[str, Sequence[str]]) -> LakeError | None:
    """Return that of Refined's tables, which are given by their names."""
    return first_damaged({f"{ROOT}{name}/": paths for name, paths in files.items()})


def _table_in(folder: str) -> Table:
    """Return the table of which a folder is, or is a partition."""
    (found,) = [one.table for one in zone_tables() if folder.startswith(one.folder)]
    return found


def _other_files(folder: str, found: Mapping[str, Sizes]) -> LakeError:
    """Return the error of a folder without the files that were published; a build notices it."""
    what = "has other files than were built" if found.get(folder) else "is missing"
    return LakeError(f"{folder} {what}: {_anew(folder, noticed=True)}")


def _anew(folder: str, *, noticed: bool = False) -> str:
    command = f"harvester {folder.partition('/')[0].casefold()}"
    return f"rebuild it by `{command}`" if noticed else f"rebuild it by `{command} --rebuild`"
