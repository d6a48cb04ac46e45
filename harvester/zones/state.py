"""What a zone was built from: `_build.json` beside its tables, written after them.

    Trusted/_build.json    {"version", "local": {…} | null, "dates": {"YYYY-MM-DD": {…}}}
    Refined/Parquet/_build.json  {"version", "synthetic", "runs", "dates", "trusted", "engine",
                            "built_at", "rows": {table: n}, "checks": [...]}

A crash between a table and this file leaves an old fingerprint, so the next build does it again.
"""

import hashlib
from typing import Any

import orjson

from harvester.errors import LakeError
from harvester.stores import Store
from harvester.zones.refined import tables as refined_tables
from harvester.zones.trusted import tables as trusted_tables

VERSION = 1
TRUSTED = "Trusted/_build.json"
REFINED = "Refined/Parquet/_build.json"

DECLARED = hashlib.sha256(
    repr(
        [
            (table.name, table.key, [(column.name, column.type) for column in table.columns])
            for table in (
                *trusted_tables.TMDB_TABLES,
                *trusted_tables.LOCAL_TABLES,
                *refined_tables.TABLES,
            )
        ]
    ).encode()
).hexdigest()
"""Changes with the declared tables: what an older harvester built is then built anew."""


async def load_state(store: Store, key: str) -> dict[str, Any]:
    """Return what a zone was built from; empty when it was not, or by another version."""
    data = await store.get(key)
    if data is None:
        return {}
    try:
        content: dict[str, Any] = orjson.loads(data)
        known = content["version"] == VERSION
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise LakeError(f"{key} is damaged: delete it, and the zone is built anew") from None
    return content if known else {}


async def save_state(store: Store, key: str, content: dict[str, Any]) -> None:
    """Write what a zone was built from."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    await store.put(key, orjson.dumps({"version": VERSION, **content}, option=option))


def fingerprint(*parts: str) -> str:
    """Return a hash over what a table is made of, the declared tables included."""
    return hashlib.sha256("\n".join((DECLARED, *parts)).encode()).hexdigest()
