"""A run's papers in the lake: plan, manifests, summary.

A manifest is the commit of its unit: it is written last, only if absent, and never changed.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from harvester.errors import LakeError
from harvester.inputs import InputFacts, Reject
from harvester.lake import keys
from harvester.model import Outcome
from harvester.run.plan import Asked, Plan, Titles
from harvester.stores import Store

VERSION = 1
_READS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """A record file as its manifest names it; `key` is relative to the lake's root."""

    key: str
    records: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The receipt of one unit: every title's outcome and every file that holds its records."""

    run: str
    unit: int
    outcomes: dict[str, Outcome]
    files: tuple[FileReceipt, ...]
    requests: dict[str, int]
    timeline: list[list[int]]
    latency: dict[str, Any]
    started_at: str
    finished_at: str


async def run_ids(store: Store) -> list[str]:
    """Return the ids of all runs of the lake, sorted as text."""
    return await store.folders(keys.HARVEST_ROOT)


async def save_plan(store: Store, plan: Plan, titles: Titles) -> None:
    """Write the titles, then the plan, which makes them count; the first plan stands.

    Titles without a plan were left by a process that died in between, and are replaced.
    """
    key = keys.run_prefix(plan.run) + "plan-titles.jsonl"
    if not await store.create(key, titles.data) and await load_plan(store, plan.run) is None:
        await store.put(key, titles.data)
    content = {"version": VERSION, **_plain(plan), "units": plan.units}
    await store.create(keys.run_prefix(plan.run) + "plan.json", _dump(content))


async def load_plan(store: Store, run: str) -> Plan | None:
    """Return a run's plan, or None without one. Raises `LakeError` when it can't be read."""
    key = keys.run_prefix(run) + "plan.json"
    data = await store.get(key)
    if data is None:
        return None
    content = _load(key, data, "move the run's folder away to plan it anew")
    try:
        del content["units"]
        plan = Plan(
            **{
                **content,
                "date": date.fromisoformat(content["date"]),
                "inputs": tuple(_facts(row) for row in content["inputs"]),
                "asked": Asked(
                    **{
                        **content["asked"],
                        "endpoints": tuple(content["asked"]["endpoints"]),
                        "genres": tuple(content["asked"]["genres"]),
                    }
                ),
            }
        )
    except (KeyError, TypeError, ValueError):
        raise _damaged(key, "move the run's folder away to plan it anew") from None
    if plan.run != run:
        raise LakeError(f"{key} is the plan of run {plan.run}: give the folder that name again")
    return plan


async def load_titles(store: Store, plan: Plan) -> Titles:
    """Return a plan's titles. Raises `LakeError` when they are not those it was made with."""
    key = keys.run_prefix(plan.run) + "plan-titles.jsonl"
    titles = Titles(await store.get(key) or b"")
    if titles.sha256 != plan.titles_sha256:
        raise _damaged(key, "it does not match plan.json; plan anew with --fresh")
    return titles


async def committed(store: Store, run: str) -> set[int]:
    """Return the units that have a manifest, by one listing."""
    units = set()
    async for entry in store.list(keys.run_prefix(run) + "units/"):
        unit = keys.parse_manifest_key(entry.key)
        if unit is not None:
            units.add(unit)
    return units


async def commit(store: Store, manifest: Manifest) -> bool:
    """Write a manifest if its unit has none; False when another process was first."""
    key = keys.manifest_key(manifest.run, manifest.unit)
    return await store.create(key, _dump({"version": VERSION, **_plain(manifest)}))


async def load_manifest(store: Store, run: str, unit: int) -> Manifest:
    """Return a unit's manifest. Raises `LakeError` when it can't be read."""
    key = keys.manifest_key(run, unit)
    way_out = "delete it and run the same command: its unit is fetched anew"
    content = _load(key, await store.get(key) or b"", way_out)
    try:
        manifest = Manifest(
            **{
                **content,
                "outcomes": {k: Outcome(**row) for k, row in content["outcomes"].items()},
                "files": tuple(FileReceipt(**row) for row in content["files"]),
            }
        )
    except (AttributeError, KeyError, TypeError):
        raise _damaged(key, way_out) from None
    if (manifest.run, manifest.unit) != (run, unit):
        raise _damaged(key, way_out)
    return manifest


async def manifests(store: Store, run: str, units: Iterable[int]) -> AsyncIterator[Manifest]:
    """Yield the manifests of these units in order, a few reads ahead. Raises `LakeError`."""
    numbers = sorted(units)
    for start in range(0, len(numbers), _READS_AT_ONCE):
        batch = numbers[start : start + _READS_AT_ONCE]
        try:
            async with asyncio.TaskGroup() as group:
                reads = [group.create_task(load_manifest(store, run, unit)) for unit in batch]
        except ExceptionGroup as errors:  # one sentence is what a user can mend
            raise errors.exceptions[0] from None
        for read in reads:
            yield read.result()


async def save_summary(store: Store, run: str, summary: bytes) -> None:
    """Write the summary: the run is finished."""
    await store.put(keys.run_prefix(run) + "summary.json", summary)


async def load_summary(store: Store, run: str) -> dict[str, Any] | None:
    """Return a finished run's summary, or None. Raises `LakeError` when it can't be read."""
    key = keys.run_prefix(run) + "summary.json"
    data = await store.get(key)
    way_out = "delete it and run the same command: it is written anew"
    return None if data is None else _load(key, data, way_out, keep_version=True)


def _plain(value: Plan | Manifest) -> dict[str, Any]:
    plain: dict[str, Any] = orjson.loads(orjson.dumps(value))
    return plain


def _facts(row: dict[str, Any]) -> InputFacts:
    return InputFacts(**{**row, "rejects": tuple(Reject(**reject) for reject in row["rejects"])})


def _dump(content: dict[str, Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def _load(key: str, data: bytes, way_out: str, *, keep_version: bool = False) -> dict[str, Any]:
    try:
        content = orjson.loads(data)
        version = content["version"] if keep_version else content.pop("version")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise _damaged(key, way_out) from None
    if version != VERSION:
        raise LakeError(
            f"{key} has version {version}, and this harvester reads version {VERSION}; "
            "use the harvester that wrote it, or a newer one"
        )
    result: dict[str, Any] = content
    return result


def _damaged(key: str, way_out: str) -> LakeError:
    return LakeError(f"{key} is damaged: {way_out}")
