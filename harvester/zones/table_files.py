"""The Parquet files of a zone's tables, where DuckDB can read them, and what is damaged of them."""

from collections.abc import Sequence

import duckdb

from harvester.errors import LakeError
from harvester.zones.sql import literals
from harvester.zones.workspace import Workspace


async def table_files(work: Workspace, folder: str) -> list[str]:
    """Return the paths of a table's files, of all its partitions; S3's are copied to scratch.

    `folder` is a key that ends in `/`. There may be none. Raises what the store raises.
    """
    keys = [entry.key async for entry in work.store.list(folder)]
    copies = await work.copies(sorted(key for key in keys if key.endswith(".parquet")))
    return [str(path) for path in copies]


def reading(files: Sequence[str], *, partitioned: bool = False) -> str:
    """Return the SQL that reads files as a table; a partition `dt=…` is a column of dates."""
    how = "true, hive_types = {'dt': 'DATE'}" if partitioned else "false"
    return f"read_parquet({literals(files)}, hive_partitioning = {how})"


def missing(folder: str) -> LakeError:
    """Return the error of a table without files."""
    return LakeError(f"{folder} is missing: {_anew(folder)}")


def find_damaged(folder: str, files: Sequence[str]) -> LakeError | None:
    """Return the error of the first of a table's files that can't be read to its end, or None."""
    with duckdb.connect() as connection:
        for file in files:
            rows = reading([file])
            try:
                connection.execute(f"SELECT min(hash(t)) FROM {rows} AS t").fetchall()  # noqa: S608 - quoted
            except duckdb.Error:
                name = file.rpartition(f"/{folder}")[2]
                return LakeError(f"{folder}{name} is damaged: {_anew(folder)}")
    return None


def _anew(folder: str) -> str:
    return f"rebuild it by `harvester {folder.partition('/')[0].casefold()} --rebuild`"
