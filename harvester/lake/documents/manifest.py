"""The manifests of a run: one for each committed unit."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

from harvester.lake import keys
from harvester.lake.documents.loading import damaged, read_document
from harvester.model import Outcome
from harvester.stores import Store

_READS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """A record file as listed in its manifest; `key` is relative to the lake's root."""

    key: str
    records: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The commit of one unit: every title's outcome and every file that holds its records."""

    run: str
    unit: int
    outcomes: dict[str, Outcome]
    files: tuple[FileReceipt, ...]
    requests: dict[str, int]
    timeline: list[list[int]]
    latency: dict[str, Any]
    started_at: str
    finished_at: str


async def committed(store: Store, run: str) -> set[int]:
    """Return the units that have a manifest, using one listing."""
    units = set()
    async for entry in store.list(keys.run_prefix(run) + "units/"):
        unit = keys.parse_manifest_key(entry.key)
        if unit is not None:
            units.add(unit)
    return units


async def load_manifest(store: Store, run: str, unit: int) -> Manifest:
    """Return a unit's manifest. Raises `LakeError` when it can't be read."""
    key = keys.manifest_key(run, unit)
    way_out = "delete it and run the same command: its unit is fetched anew"
    content = read_document(key, await store.get(key) or b"", way_out)
    try:
        manifest = Manifest(
            **{
                **content,
                "outcomes": {k: Outcome(**row) for k, row in content["outcomes"].items()},
                "files": tuple(FileReceipt(**row) for row in content["files"]),
            }
        )
    except (AttributeError, KeyError, TypeError):
        raise damaged(key, way_out) from None
    if (manifest.run, manifest.unit) != (run, unit):
        raise damaged(key, way_out)
    return manifest


async def manifests(store: Store, run: str, units: Iterable[int]) -> AsyncIterator[Manifest]:
    """Yield the manifests of these units in order, reading a few ahead. Raises `LakeError`."""
    numbers = sorted(units)
    for start in range(0, len(numbers), _READS_AT_ONCE):
        batch = numbers[start : start + _READS_AT_ONCE]
        try:
            async with asyncio.TaskGroup() as group:
                reads = [group.create_task(load_manifest(store, run, unit)) for unit in batch]
        except ExceptionGroup as errors:  # a user needs one message, not a group
            raise errors.exceptions[0] from None
        for read in reads:
            yield read.result()
