"""What the lake's zones hold, out of the `_build.json` beside each: tables and their rows.

`harvester.zones.state` writes them and knows all that they say; here is what can be told without
the extra `zones`, and of a zone that another version built.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from harvester.errors import LakeError
from harvester.stores import Store

TRUSTED = "Trusted/_build.json"
REFINED = "Refined/Parquet/_build.json"
MOST_BYTES = 64_000_000

_ROWS = "rows"
T = TypeVar("T")


class _Check(msgspec.Struct):
    table: str
    name: str
    found: float | str | None = None


class _Part(msgspec.Struct):
    checks: list[_Check] = []


class _Trusted(msgspec.Struct):
    local: _Part | None = None
    dates: dict[str, _Part] = {}
    others: dict[str, dict[str, _Part]] = {}
    built_at: datetime | None = None


class _Refined(msgspec.Struct):
    rows: dict[str, int] = {}
    built_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BuiltZone:
    """A zone: rows by table, of all dates, and when it was built where that is known."""

    name: str
    rows: dict[str, int]
    built_at: datetime | None


async def built_zones(store: Store) -> list[BuiltZone]:
    """Return the zones that the lake has. Raises `LakeError` where one's document is damaged."""
    zones = []
    if (trusted := await _read(store, TRUSTED, _Trusted)) is not None:
        parts = [("", trusted.local)] if trusted.local else []
        for days in (trusted.dates, *trusted.others.values()):
            parts += days.items()
        zones.append(BuiltZone("Trusted", _rows(parts), trusted.built_at))
    if (refined := await _read(store, REFINED, _Refined)) is not None:
        zones.append(BuiltZone("Refined", dict(sorted(refined.rows.items())), refined.built_at))
    return zones


def damaged_zone(key: str) -> LakeError:
    """Return the error of a zone's document that can't be read, with the way out."""
    return LakeError(f"{key} is damaged: delete it, and the zone is rebuilt")


async def _read(store: Store, key: str, kind: type[T]) -> T | None:
    data = await store.get(key, most=MOST_BYTES)
    try:
        return None if data is None else msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise damaged_zone(key) from None


def _rows(parts: Iterable[tuple[str, _Part]]) -> dict[str, int]:
    """Return the rows of each table in all parts; a date stands behind its tables' names."""
    found: Counter[str] = Counter()
    for date, part in parts:
        for check in part.checks:
            if check.name == _ROWS and isinstance(check.found, float):
                found[check.table.removesuffix(f" {date}")] += int(check.found)
    return dict(sorted(found.items()))
