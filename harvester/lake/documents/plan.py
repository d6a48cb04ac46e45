"""A run's plan: its inputs, what to harvest, and its titles in order."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from harvester.errors import LakeError
from harvester.lake import keys
from harvester.lake.documents.loading import damaged, read_document
from harvester.model import Asked, InputFacts, Reject, Title
from harvester.stores import Store

UNIT_SIZE = 100
"""Titles per unit: its records of one endpoint fit in one file by count."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: its inputs, what to harvest, and the number of titles.

    `digest` is 8 hex digits, the same each time for the same command; `date` is part of every
    path. `retry_of` is the run whose failed titles this one retries.
    """

    run: str
    digest: str
    date: date
    created_at: str
    inputs: tuple[InputFacts, ...]
    asked: Asked
    synthetic: bool
    titles: int
    titles_sha256: str
    retry_of: str | None = None

    @property
    def units(self) -> int:
        """The number of units; they are numbered from 0."""
        return -(-self.titles // UNIT_SIZE)

    def unit_size(self, unit: int) -> int:
        """Return the number of titles in a unit; 0 for a unit beyond the plan."""
        return max(0, min(UNIT_SIZE, self.titles - unit * UNIT_SIZE))


class Titles:
    """The plan's titles in order, held as the bytes of `plan-titles.jsonl`: 40 bytes per title."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts = [0]
        at = count = 0
        while (at := data.find(b"\n", at) + 1) > 0:
            count += 1
            if count % UNIT_SIZE == 0:
                self._starts.append(at)
        self._count = count

    def __len__(self) -> int:
        return self._count

    @property
    def sha256(self) -> str:
        """The hash that the plan records."""
        return hashlib.sha256(self.data).hexdigest()

    def unit(self, unit: int) -> list[Title]:
        """Return the titles of one unit."""
        end = self._starts[unit + 1] if unit + 1 < len(self._starts) else len(self.data)
        lines = self.data[self._starts[unit] : end].splitlines()
        return [Title(row["imdb_id"], row["kind"]) for row in map(orjson.loads, lines)]


async def run_ids(store: Store) -> list[str]:
    """Return the ids of all runs in the lake, sorted as text."""
    return await store.folders(keys.HARVEST_ROOT)


async def load_plan(store: Store, run: str) -> Plan | None:
    """Return a run's plan, or None if it has none. Raises `LakeError` when it can't be read."""
    key = keys.run_prefix(run) + "plan.json"
    data = await store.get(key)
    if data is None:
        return None
    content = read_document(key, data, "move the run's folder away to plan it anew")
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
        raise damaged(key, "move the run's folder away to plan it anew") from None
    if plan.run != run:
        raise LakeError(f"{key} is the plan of run {plan.run}: give the folder that name again")
    return plan


async def load_titles(store: Store, plan: Plan) -> Titles:
    """Return a plan's titles. Raises `LakeError` when they do not match the plan's hash."""
    key = keys.run_prefix(plan.run) + "plan-titles.jsonl"
    titles = Titles(await store.get(key) or b"")
    if titles.sha256 != plan.titles_sha256:
        raise damaged(key, "it does not match plan.json; plan anew with --fresh")
    return titles


def _facts(row: dict[str, Any]) -> InputFacts:
    return InputFacts(**{**row, "rejects": tuple(Reject(**reject) for reject in row["rejects"])})
