"""A run's plan: its inputs, what is asked of them, and its titles in order."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final

import msgspec
import orjson

from harvester.errors import DocumentError
from harvester.lake import keys
from harvester.lake.documents.loading import damaged, get_document, is_moment, plain, read_document
from harvester.model import Asked, Count, InputFacts, Kind, Sha256, Title, TitleId
from harvester.stores import Store

UNIT_SIZE = 100
"""Titles in a unit: its records of one endpoint fill at most one file by count."""

VERSION: Final = 2
"""Of the plans that are written. In version 1 titles have `imdb_id` instead of `id`."""

MOST: Final = 16_000_000
"""Bytes of a plan: with its rejects an input has 400, so that is one of 40,000 inputs."""

_MOST_INPUTS: Final = 100_000
_MOST_REASONS: Final = 100

_WORD: Final = msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z")


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: its inputs, what is asked of them, and how many titles that makes.

    `digest` is the 8 hex digits that the same command gives again; `date` is in every path.
    `retry_of` is the run whose failed titles this one asks for again; `why` counts the titles of a
    due run by reason.
    """

    run: Annotated[str, _WORD]
    digest: Annotated[str, _WORD]
    date: date
    created_at: str
    inputs: Annotated[tuple[InputFacts, ...], msgspec.Meta(max_length=_MOST_INPUTS)]
    asked: Asked
    synthetic: bool
    titles: Count
    titles_sha256: Sha256
    retry_of: Annotated[str, _WORD] | None = None
    why: Annotated[dict[Annotated[str, _WORD], Count], msgspec.Meta(max_length=_MOST_REASONS)] = (
        field(default_factory=dict)
    )
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
    id: TitleId | None = None
    imdb_id: TitleId | None = None
    why: str | None = None


class _Units(msgspec.Struct):
    """What a plan says of itself that follows from the rest."""

    units: Count | None = None


_LINE: Final = 200
"""Bytes of a title's line, more than any has."""

_MANY: Final = 500_000
"""Titles whose file is read unseen: 100 MB of the longest lines. Of more each line is looked at."""

_ROWS: Final = msgspec.json.Decoder(_Row)
_WAY_OUT: Final = "move the run's folder away to plan it again"


class Titles:
    """The plan's titles in order, kept as the bytes of `plan-titles.jsonl`: 40 bytes a title."""

    def __init__(self, data: bytes, key: str = "plan-titles.jsonl") -> None:
        """Take the bytes; `key` is what an error calls them."""
        self.data = data
        self._key = key
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
        """Return the titles of one unit. Raises `DocumentError` where a line is no title."""
        end = self._starts[unit + 1] if unit + 1 < len(self._starts) else len(self.data)
        if end - self._starts[unit] > _LINE * UNIT_SIZE:
            raise self._damaged(unit)
        lines = self.data[self._starts[unit] : end].splitlines()
        try:
            rows = [_ROWS.decode(line) for line in lines]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self._damaged(unit) from None
        titles = [
            Title(title_id, row.kind, row.why)
            for row in rows
            if (title_id := row.id or row.imdb_id) is not None
        ]
        if len(titles) != min(UNIT_SIZE, max(self._count - unit * UNIT_SIZE, 0)):
            raise self._damaged(unit)
        return titles

    def _damaged(self, unit: int) -> DocumentError:
        return damaged(f"{self._key}, in unit {unit},", "plan the run again with --fresh")


async def run_ids(store: Store, origin: str) -> list[str]:
    """Return the ids of all runs of an origin in the lake, sorted as text.

    A folder that no run can be named like, such as `_quota`, is none.
    """
    names = await store.folders(keys.harvest_root(origin))
    return [name for name in names if keys.RUN_ID.fullmatch(name)]


async def load_plan(store: Store, folder: keys.RunFolder) -> Plan | None:
    """Return a run's plan, or None without one. Raises `DocumentError` when it can't be read."""
    data = await get_document(store, folder.plan, MOST, way_out=_WAY_OUT)
    if data is None:
        return None
    plan = read_document(Plan, folder.plan, data, way_out=_WAY_OUT, versions=(1, 2))
    if plan.run != folder.run:
        raise DocumentError(
            f"{folder.plan} is the plan of run {plan.run}: give the folder that name again"
        )
    units = read_document(_Units, folder.plan, data, way_out=_WAY_OUT, versions=(1, 2)).units
    if not is_moment(plan.created_at):
        raise damaged(folder.plan, f"its created_at is no time; {_WAY_OUT}")
    if not (
        plan.asked.origin == folder.origin
        and units in {None, plan.units}
        and keys.DATES[0] <= plan.date <= keys.DATES[1]
        and plan.asked.endpoints
    ):
        raise damaged(folder.plan, _WAY_OUT)
    return plan


async def load_titles(store: Store, plan: Plan) -> Titles:
    """Return a plan's titles. Raises `DocumentError` when they are not those it was made with.

    A plan may lie about how many it has: what is no title of its is never held in memory.
    """
    key = plan.folder.titles
    most = _LINE * plan.titles if plan.titles <= _MANY else await _size_of_many(store, plan)
    titles = Titles(await store.get(key, most=most) or b"", key)
    if titles.sha256 != plan.titles_sha256 or len(titles) != plan.titles:
        raise _unlike_plan(key)
    return titles


async def _size_of_many(store: Store, plan: Plan) -> int:
    """Return the bytes of a plan's titles once each line of them was seen to be one."""
    key = plan.folder.titles
    size = count = 0
    rest = b""
    if not [entry async for entry in store.list(key) if entry.key == key]:
        raise _unlike_plan(key)
    async for chunk in store.stream(key):
        size += len(chunk)
        *lines, rest = (rest + chunk).split(b"\n")
        count += len(lines)
        if count > plan.titles or any(len(line) >= _LINE for line in (*lines, rest)):
            raise _unlike_plan(key)
        try:
            for line in lines:
                _ROWS.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _unlike_plan(key) from None
    return size


def _unlike_plan(key: str) -> DocumentError:
    return damaged(key, "it does not match plan.json; plan again with --fresh")
