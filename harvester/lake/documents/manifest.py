"""The manifests of a run: the receipt of each unit."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Annotated

import orjson
from msgspec import Meta

from harvester.lake import keys
from harvester.lake.documents.loading import damaged, get_document, is_moment, plain, read_document
from harvester.lake.documents.plan import UNIT_SIZE, Plan
from harvester.model import MOST_STEPS, Count, Moment, Outcome, Sha256, TitleId
from harvester.stores import Store

VERSION = 1
_WAY_OUT = "delete it and run the same command: its unit is fetched again"

MOST = 2_000_000
"""Bytes of a manifest. The largest honest one has half of it: a unit of 100 titles, each failed for
a reason of 300 characters; a file for each of the 13 records of each; and `MOST_STEPS`."""

_MOST_FILES = 2_000
_MOST_NAMES = 100
"""Endpoints of a unit, latency buckets: each is a dozen."""

_READS_AT_ONCE = 16
"""Manifests whose bytes are in memory; one of them is taken apart."""

_Second = Annotated[int, Meta(ge=946_684_800, lt=32_503_680_000)]
"""Since the epoch, in the years 2000 to 2999."""
_Name = Annotated[str, Meta(max_length=100)]
_SHOWN_ALWAYS = ("outcome", "media_type", "tmdb_id", "reason")


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """A record file as its manifest names it; `key` is relative to the lake's root.

    Ten times beyond the limits of a record file nothing is a receipt; `verify` knows the limits.
    """

    key: Annotated[str, Meta(max_length=1_024)]
    records: Annotated[int, Meta(ge=1, le=1_000)]
    bytes: Annotated[int, Meta(ge=1, le=100_000_000)]
    sha256: Sha256


@dataclass(frozen=True, slots=True)
class Manifest:
    """The receipt of one unit: every title's outcome, by id, and every file of its records."""

    run: str
    unit: Count
    outcomes: Annotated[dict[TitleId, Outcome], Meta(max_length=UNIT_SIZE)]
    files: Annotated[tuple[FileReceipt, ...], Meta(max_length=_MOST_FILES)]
    requests: Annotated[dict[_Name, Count], Meta(max_length=_MOST_NAMES)]
    timeline: Annotated[list[tuple[_Second, Count, Count]], Meta(max_length=MOST_STEPS)]
    latency: Annotated[
        dict[_Name, Annotated[list[Count], Meta(max_length=_MOST_NAMES)]],
        Meta(max_length=_MOST_NAMES),
    ]
    started_at: Moment
    finished_at: Moment

    def to_json(self) -> bytes:
        """Return the manifest as it is stored."""
        content = plain(self)
        content["outcomes"] = {
            title_id: {
                name: value
                for name, value in outcome.items()
                if value is not None or name in _SHOWN_ALWAYS
            }
            for title_id, outcome in content["outcomes"].items()
        }
        return orjson.dumps({"version": VERSION, **content}, option=orjson.OPT_APPEND_NEWLINE)


async def committed(store: Store, folder: keys.RunFolder) -> set[int]:
    """Return the units that have a manifest, by one listing."""
    units = set()
    async for entry in store.list(folder.units):
        unit = keys.parse_manifest_key(entry.key)
        if unit is not None:
            units.add(unit)
    return units


async def committed_units(store: Store, plan: Plan) -> list[int]:
    """Return the units of a plan that have a manifest; one beyond the plan is none of its."""
    return [unit for unit in await committed(store, plan.folder) if unit < plan.units]


async def load_manifest(store: Store, plan: Plan, unit: int) -> Manifest:
    """Return a unit's manifest. Raises `DocumentError` when it can't be read."""
    return _read(plan, unit, await _data(store, plan, unit))


async def _data(store: Store, plan: Plan, unit: int) -> bytes:
    return await get_document(store, plan.folder.manifest(unit), MOST, way_out=_WAY_OUT) or b""


def _read(plan: Plan, unit: int, data: bytes) -> Manifest:
    key = plan.folder.manifest(unit)
    manifest = read_document(Manifest, key, data, way_out=_WAY_OUT)
    moments = [manifest.started_at, manifest.finished_at]
    moments += [one.fetched_at for one in manifest.outcomes.values() if one.fetched_at]
    if not (
        (manifest.run, manifest.unit) == (plan.run, unit)
        and all(
            (one.reason is None) == (one.outcome == "harvested")
            for one in manifest.outcomes.values()
        )
        and all(map(is_moment, moments))
    ):
        raise damaged(key, _WAY_OUT)
    return manifest


async def manifests(store: Store, plan: Plan, units: Iterable[int]) -> AsyncGenerator[Manifest]:
    """Yield the manifests of these units in order, a few reads ahead. Raises `DocumentError`."""
    numbers = sorted(units)
    for start in range(0, len(numbers), _READS_AT_ONCE):
        batch = numbers[start : start + _READS_AT_ONCE]
        try:
            async with asyncio.TaskGroup() as group:
                reads = [group.create_task(_data(store, plan, unit)) for unit in batch]
        except ExceptionGroup as errors:  # a user can act on one sentence
            raise errors.exceptions[0] from None
        for unit, read in zip(batch, reads, strict=True):
            yield _read(plan, unit, read.result())
