"""What a zone was built from: `_build.json` beside its tables, written after them.

    Trusted/_build.json    {"version", "declared", "built_at", "local": {…} | null,
                            "dates": {"YYYY-MM-DD": {…}}, "others": {"OMDb": {…}, …},
                            "simulated_runs_left_out",
                            "damaged_runs": {run: sentence}}
    Refined/Parquet/_build.json  {"version", "declared", "synthetic", "runs", "dates", "days",
                            "trusted", "engine", "built_at", "rows": {table: n}, "checks": [...]}

`local`, each date and Refined have `files`, the marks of what was published (`published`). A crash
between a table and this file leaves an empty fingerprint, so the next build does it again.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any

import msgspec
import orjson

from harvester.clock import now
from harvester.errors import LakeError
from harvester.lake.documents import built_zones
from harvester.stores import Store
from harvester.zones.quality import Check
from harvester.zones.refined import tables as refined_tables
from harvester.zones.trusted import local_tables
from harvester.zones.trusted.endpoints import ORIGIN_TABLES
from harvester.zones.trusted.endpoints.tmdb import TMDB

VERSION = 1
TRUSTED = built_zones.TRUSTED
REFINED = built_zones.REFINED

DECLARED = hashlib.sha256(
    repr(
        [
            (table.name, table.key, [(column.name, column.type) for column in table.columns])
            for table in (
                *(table for origin in ORIGIN_TABLES.values() for table in origin.tables),
                *local_tables.TABLES,
                *refined_tables.TABLES,
            )
        ]
    ).encode()
).hexdigest()
"""Changes with the declared tables: what an older harvester built is then rebuilt."""


_Date = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class _Local(msgspec.Struct):
    """What must be known of the CSVs' tables."""

    fingerprint: str
    checks: list[Check]
    ignored_columns: dict[str, list[str]]
    files: dict[str, str] = {}


class _Day(msgspec.Struct):
    """What must be known of a date's tables; the date is part of their keys."""

    fingerprint: str
    runs: list[str]
    synthetic: bool
    records: dict[str, int]
    checks: list[Check]
    files: dict[str, str] = {}


class _Trusted(msgspec.Struct):
    local: _Local | None
    dates: dict[_Date, _Day]
    simulated_runs_left_out: int
    damaged_runs: dict[str, str] = {}
    built_at: datetime | None = None
    others: dict[str, dict[_Date, _Day]] = {}


class _Refined(msgspec.Struct):
    synthetic: bool
    trusted: str
    checks: list[Check]
    built_at: datetime
    dates: list[_Date] = []
    days: list[str] = []
    runs: list[str] = []
    files: dict[str, str] = {}


_KIND: dict[str, type[_Trusted | _Refined]] = {TRUSTED: _Trusted, REFINED: _Refined}


async def load_state(store: Store, key: str) -> dict[str, Any]:
    """Return what a zone was built from; empty when it was not, or with other tables than ours.

    Raises `LakeError` when it is not as it is written.
    """
    data = await store.get(key, most=built_zones.MOST_BYTES)
    if data is None:
        return {}
    try:
        content: dict[str, Any] = orjson.loads(data)
        known = (content["version"], content.get("declared")) == (VERSION, DECLARED)
        if known:
            msgspec.convert(content, _KIND[key])
    except (
        orjson.JSONDecodeError,
        AttributeError,
        KeyError,
        TypeError,
        msgspec.ValidationError,
        RecursionError,
    ):
        raise built_zones.damaged_zone(key) from None
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
        f"the {zone} zone of {store.uri} was built by another version: rebuild it by {command}"
    )


async def save_state(store: Store, key: str, content: dict[str, Any]) -> None:
    """Write what a zone was built from."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    whole = {"version": VERSION, "declared": DECLARED, "built_at": now(), **content}
    await store.put(key, orjson.dumps(whole, option=option))


def days_of(zone_state: dict[str, Any], origin: str) -> dict[str, Any]:
    """Return what Trusted knows of each date of an origin; TMDB's stand by themselves."""
    is_tmdb = origin == TMDB.origin
    days: dict[str, Any] = (
        zone_state.get("dates", {}) if is_tmdb else zone_state.get("others", {}).get(origin, {})
    )
    return days


def marks(zone_state: dict[str, Any]) -> dict[str, str]:
    """Return the mark of each folder of a zone that was published, as far as it is known."""
    parts = [zone_state]
    if "local" in zone_state:  # Trusted's
        days = (of for origin in ORIGIN_TABLES for of in days_of(zone_state, origin).values())
        parts = [zone_state["local"] or {}, *days]
    return {folder: mark for part in parts for folder, mark in part.get("files", {}).items()}


def unfinished(part: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of the CSVs' tables or a date's, but that they are to be built again.

    It is saved before the first new table, so that none is taken for an altered one meanwhile.
    """
    return {**part, "fingerprint": "", "files": {}}


def fingerprint(*parts: str) -> str:
    """Return a hash over what a table is made of, the declared tables included."""
    return hashlib.sha256("\n".join((DECLARED, *parts)).encode()).hexdigest()
