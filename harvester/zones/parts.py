"""Rows in parts by the hash of their key, each of which fits into an engine's memory.

An engine that groups rows by a key holds all keys at once, and DuckDB gives up where they exceed
its memory, whatever it may spill. Rows of one key are in one part.
"""

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

AT_ONCE = 8_000_000
"""As many keys are grouped at a time: some 50 bytes each."""


def hash_of(rows: ir.Table, key: Sequence[str]) -> Any:
    """Return the hash of a key, a whole number; several keys may have the same."""
    return ibis.struct({name: rows[name] for name in key}).hash()


def parted(rows: ir.Table, hashed: Any, count: int) -> list[ir.Table]:
    """Return `rows`, so many as `count` says, in parts by a hash of theirs."""
    parts = -(-count // AT_ONCE)
    if parts < 2:  # noqa: PLR2004
        return [rows]
    place = (hashed % parts + parts) % parts  # a hash may be negative
    return [rows.filter(place == part) for part in range(parts)]
