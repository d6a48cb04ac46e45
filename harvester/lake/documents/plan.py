"""A run's plan: its inputs, what is asked of them, and its titles in order."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec
import orjson

from harvester.errors import LakeError
from harvester.lake import keys
from harvester.lake.documents.loading import damaged, plain, read_document
from harvester.model import Asked, InputFacts, Kind, Title
from harvester.stores import Store

UNIT_SIZE = 100
"""Titles in a unit: its records of one endpoint fill at most one file by count."""

VERSION: Final = 2
"""Of the plans that are written. In version 1 titles have `imdb_id` instead of `id`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: its inputs, what is asked of them, and how many titles that makes.

    `digest` is the 8 hex digits that the same command gives again; `date` is in every path.
    `retry_of` is the run whose failed titles this one asks for again.
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
    version: int = VERSION

    @property
    def folder(self) -> keys.RunFolder:
        """Where its documents are."""
        return keys.RunFolder(self.asked.origin, self.run)

    @property
    def units(self) -> int:
        """The number of units; they are numbered from 0."""
        return -(-self.titles // UNIT_SIZE)

    def unit_size(self, unit: int) -> int:
        """Return how many titles a unit has; one beyond the plan has none."""
        return max(0, min(UNIT_SIZE, self.titles - unit * UNIT_SIZE))

    def to_json(self) -> bytes:
        """Return the plan as it is stored."""
        content = plain(self)
        version = content.pop("version")
        return orjson.dumps(
            {"version": version, **content, "units": self.units}, option=orjson.OPT_APPEND_NEWLINE
        )


class _Row(msgspec.Struct):
    """A line of `plan-titles.jsonl`, of either version."""

    kind: Kind
    id: str = ""
    imdb_id: str = ""
    why: str | None = None


_ROWS: Final = msgspec.json.Decoder(_Row)


class Titles:
    """The plan's titles in order, kept as the bytes of `plan-titles.jsonl`: 40 bytes a title."""

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
        """Return the titles of one unit. Raises `LakeError` where a line is no title."""
        end = self._starts[unit + 1] if unit + 1 < len(self._starts) else len(self.data)
        lines = self.data[self._starts[unit] : end].splitlines()
        try:
            rows = [_ROWS.decode(line) for line in lines]
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise damaged(
                f"plan-titles.jsonl, in unit {unit},", "plan the run anew with --fresh"
            ) from None
        return [Title(row.id or row.imdb_id, row.kind, row.why) for row in rows]


async def run_ids(store: Store, origin: str) -> list[str]:
    """Return the ids of all runs of an origin in the lake, sorted as text.

    A folder that no run can be named like, such as `_quota`, is none.
    """
    names = await store.folders(keys.harvest_root(origin))
    return [name for name in names if keys.RUN_ID.fullmatch(name)]


async def load_plan(store: Store, folder: keys.RunFolder) -> Plan | None:
    """Return a run's plan, or None without one. Raises `LakeError` when it can't be read."""
    data = await store.get(folder.plan)
    if data is None:
        return None
    way_out = "move the run's folder away to plan it anew"
    plan = read_document(Plan, folder.plan, data, way_out=way_out, versions=(1, 2))
    if plan.run != folder.run:
        raise LakeError(
            f"{folder.plan} is the plan of run {plan.run}: give the folder that name again"
        )
    if plan.asked.origin != folder.origin or plan.titles < 0:
        raise damaged(folder.plan, way_out)
    return plan


async def load_titles(store: Store, plan: Plan) -> Titles:
    """Return a plan's titles. Raises `LakeError` when they are not those it was made with."""
    key = plan.folder.titles
    titles = Titles(await store.get(key) or b"")
    if titles.sha256 != plan.titles_sha256:
        raise damaged(key, "it does not match plan.json; plan anew with --fresh")
    return titles
