"""The manifests of a run: the receipt of each unit."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass

import orjson

from harvester.lake import keys
from harvester.lake.documents.loading import damaged, plain, read_document
from harvester.lake.documents.plan import Plan
from harvester.model import Outcome
from harvester.stores import Store

VERSION = 1
_READS_AT_ONCE = 16
_SHOWN_ALWAYS = ("outcome", "media_type", "tmdb_id", "reason")


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """A record file as its manifest names it; `key` is relative to the lake's root."""

    key: str
    records: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The receipt of one unit: every title's outcome, by id, and every file of its records."""

    run: str
    unit: int
    outcomes: dict[str, Outcome]
    files: tuple[FileReceipt, ...]
    requests: dict[str, int]
    timeline: list[tuple[int, int, int]]
    latency: dict[str, list[int]]
    started_at: str
    finished_at: str

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


async def load_manifest(store: Store, plan: Plan, unit: int) -> Manifest:
    """Return a unit's manifest. Raises `LakeError` when it can't be read."""
    key = plan.folder.manifest(unit)
    way_out = "delete it and run the same command: its unit is fetched anew"
    manifest = read_document(Manifest, key, await store.get(key) or b"", way_out=way_out)
    if (manifest.run, manifest.unit) != (plan.run, unit):
        raise damaged(key, way_out)
    return manifest


async def manifests(store: Store, plan: Plan, units: Iterable[int]) -> AsyncGenerator[Manifest]:
    """Yield the manifests of these units in order, a few reads ahead. Raises `LakeError`."""
    numbers = sorted(units)
    for start in range(0, len(numbers), _READS_AT_ONCE):
        batch = numbers[start : start + _READS_AT_ONCE]
        try:
            async with asyncio.TaskGroup() as group:
                reads = [group.create_task(load_manifest(store, plan, unit)) for unit in batch]
        except ExceptionGroup as errors:  # a user can act on one sentence
            raise errors.exceptions[0] from None
        for read in reads:
            yield read.result()
