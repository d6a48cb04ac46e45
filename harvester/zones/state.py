"""What a zone was built from: `_build.json` beside its tables, written after them.

    Trusted/_build.json    {"version", "declared", "local": {…} | null,
                            "dates": {"YYYY-MM-DD": {…}}, "simulated_runs_left_out"}
    Refined/Parquet/_build.json  {"version", "declared", "synthetic", "runs", "dates", "trusted",
                            "engine", "built_at", "rows": {table: n}, "checks": [...]}

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
    """Return what a zone was built from; empty when it was not, or with other tables than ours."""
    data = await store.get(key)
    if data is None:
        return {}
    try:
        content: dict[str, Any] = orjson.loads(data)
        known = (content["version"], content.get("declared")) == (VERSION, DECLARED)
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
        raise LakeError(f"{key} is damaged: delete it, and the zone is built anew") from None
    return content if known else {}


async def required_state(store: Store, key: str, zone: str) -> dict[str, Any]:
    """Return what a zone was built from. Raises `LakeError` when it must be built first."""
    found = await load_state(store, key)
    if found:
        return found
    command = f"`harvester {zone.casefold()}`"
    if await store.get(key) is None:
        raise LakeError(f"{store.uri} has no {zone} zone: build it by {command}")
    raise LakeError(
        f"the {zone} zone of {store.uri} was built by another version: build it anew by {command}"
    )


async def save_state(store: Store, key: str, content: dict[str, Any]) -> None:
    """Write what a zone was built from."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    whole = {"version": VERSION, "declared": DECLARED, **content}
    await store.put(key, orjson.dumps(whole, option=option))


def fingerprint(*parts: str) -> str:
    """Return a hash over what a table is made of, the declared tables included."""
    return hashlib.sha256("\n".join((DECLARED, *parts)).encode()).hexdigest()
