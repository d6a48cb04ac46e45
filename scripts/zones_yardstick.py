"""The least that Trusted could take: DuckDB alone, which is told every column's type.

It reads a lake's record files of TMDB, unnests the items of arrays and writes a Parquet file an
endpoint, into a folder that goes away. Nothing is proven, checked or rejected. `bench_zones.py`
prints what it takes beside `trusted` and `refined`.
"""

import sys
import tempfile
from pathlib import Path

import duckdb

from harvester.zones.column_types import duckdb_type
from harvester.zones.sql import literals, quoted
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.typed import typed_record


def main() -> None:
    """Read the lake of the first argument with the memory of the second one."""
    lake, memory = Path(sys.argv[1]), sys.argv[2]
    with (
        tempfile.TemporaryDirectory(dir=lake) as folder,
        duckdb.connect(
            config={
                "memory_limit": memory,
                "temp_directory": f"{folder}/spill",
                "preserve_insertion_order": "false",
            }
        ) as connection,
    ):
        for number, endpoint in enumerate(TMDB.endpoints):
            files = sorted(map(str, lake.glob(f"Raw/TMDB/JSON/{endpoint.table.name}/**/*.json")))
            if files:
                target = f"{folder}/{number}.parquet"
                query = _query(endpoint, files)
                connection.execute(f"COPY ({query}) TO '{target}' (COMPRESSION zstd)")


def _query(endpoint: Endpoint, files: list[str]) -> str:
    """Return the SQL that reads an endpoint's files: a row a record, or a row an item."""
    types = typed_record(endpoint, TMDB.record).items()
    columns = ", ".join(f"{quoted(name)}: '{duckdb_type(dtype)}'" for name, dtype in types)
    read = f"read_json({literals(files)}, columns = {{{columns}}}, format = 'array')"
    if not endpoint.arrays:
        return f"SELECT * EXCLUDE response, unnest(response) FROM {read}"  # noqa: S608 - of our own
    lists = ", ".join(f"response.{quoted(name)}" for name in endpoint.arrays)
    return (
        "SELECT * EXCLUDE item, unnest(item) FROM ("  # noqa: S608 - of our own
        "SELECT * EXCLUDE list, unnest(list) AS item FROM ("
        f"SELECT * EXCLUDE response, unnest({literals(endpoint.arrays)}) AS part, "
        f"unnest([{lists}]) AS list FROM {read}))"
    )


if __name__ == "__main__":
    main()
