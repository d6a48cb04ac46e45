"""A DuckDB of this process, for who reads what a zone holds: bounded, and ended by Ctrl-C."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from harvester.zones import interruptible

MEMORY = "1GB"
"""What DuckDB may hold before it spills to scratch."""

T = TypeVar("T")


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB in memory, which spills to scratch.

    It loads no extension, and no name in SQL means a variable of this program. Times are UTC's.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(scratch / "spill"),
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


async def in_thread(connection: duckdb.DuckDBPyConnection, work: Callable[[], T]) -> T:
    """Work with a connection in a thread, which then closes it.

    When cancelled, what DuckDB is doing is interrupted, and the thread's end is waited for.
    """

    def closing() -> T:
        with contextlib.closing(connection):
            return work()

    def interrupt() -> None:
        with contextlib.suppress(duckdb.Error):  # it may be closed by now
            connection.interrupt()

    return await interruptible.in_thread(closing, interrupt)
