"""A run's titles are read in memory that no document bounds by what it says of itself."""

import hashlib
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harvester.errors import DocumentError
from harvester.lake.documents import plan as plans
from harvester.lake.documents.plan import Plan, load_titles
from harvester.model import Asked
from harvester.run.plan import Group, lay_out
from harvester.stores.local.store import LocalStore

PLAN = Plan(
    run="20261127-1a2b3c4d",
    digest="1a2b3c4d",
    date=date(2026, 11, 27),
    created_at="2026-11-27T07:00:00Z",
    inputs=(),
    asked=Asked(("find",), None, (), None, "array", "simulator"),
    synthetic=True,
    titles=1,
    titles_sha256="0" * 64,
)
DAMAGED = r"plan-titles\.jsonl is damaged: .*--fresh"
TOO_LARGE = r"plan-titles\.jsonl is damaged: it has more than [0-9,]+ bytes, .*: move it away"
MB = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """Return an empty lake."""
    return LocalStore(tmp_path / "lake")


@contextmanager
def at_most(most: int) -> Iterator[None]:
    """Hold what is done to so many bytes of memory."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", [0, 99 * MB, 1 << 30, 1 << 40])
@pytest.mark.parametrize("titles", [1, 500_000, 500_001, 10**12, 10**15])
async def test_a_file_of_nothing_takes_no_memory(store: LocalStore, size: int, titles: int) -> None:
    """A terabyte that takes no room on a disk, of a plan that believes it: it was a MemoryError."""
    await store.put(PLAN.folder.titles, b"")
    os.truncate((store.folder or Path()) / PLAN.folder.titles, size)
    with at_most(110 * MB), pytest.raises(DocumentError, match=f"{DAMAGED}|{TOO_LARGE}"):
        await load_titles(store, replace(PLAN, titles=titles))


@pytest.mark.parametrize("line", [b"", b"{}", b"x", b"[" * 150, b'{"id":"tt1"}', b"\xff"])
async def test_many_lines_that_are_no_titles_are_not_held(store: LocalStore, line: bytes) -> None:
    """Not even where the plan has their count and their hash."""
    titles, data = 600_000, (line + b"\n") * 600_000
    await store.put(PLAN.folder.titles, data)
    plan = replace(PLAN, titles=titles, titles_sha256=hashlib.sha256(data).hexdigest())
    del data
    with at_most(40 * MB), pytest.raises(DocumentError, match=DAMAGED):
        await load_titles(store, plan)


async def test_many_titles_that_are_not_there(store: LocalStore) -> None:
    """A run of 0.1.0's size or a lie: what is absent is one run's damage."""
    with pytest.raises(DocumentError, match=DAMAGED):
        await load_titles(store, replace(PLAN, titles=10**9))


async def test_a_unit_of_one_endless_line_is_refused(store: LocalStore) -> None:
    """Of a file that its plan knows by its hash: the line is not parsed."""
    data = b'{"id":"tt1","kind":"movie","why":"%b"}\n' % (b"x" * 30_000) + b"\n" * 199
    await store.put(PLAN.folder.titles, data)
    plan = replace(PLAN, titles=200, titles_sha256=hashlib.sha256(data).hexdigest())
    titles = await load_titles(store, plan)
    with pytest.raises(DocumentError, match="in unit 0, is damaged"):
        titles.unit(0)


async def test_many_titles_are_read(store: LocalStore) -> None:
    """A plan of more than half a million: all are there, and as they were laid out."""
    laid = lay_out([Group("movie", range(1, 520_001), "not_found")], None)
    assert len(laid) > plans._MANY
    await store.put(PLAN.folder.titles, laid.data)
    plan = replace(PLAN, titles=len(laid), titles_sha256=laid.sha256)
    found = await load_titles(store, plan)
    assert found.data == laid.data
    assert [one.id for one in found.unit(5199)] == [f"tt{n:07d}" for n in range(519_901, 520_001)]
    other = laid.data.replace(b"tt0000002", b"tt0000001", 1)
    await store.put(PLAN.folder.titles, other)
    with pytest.raises(DocumentError, match=DAMAGED):
        await load_titles(store, plan)


async def test_the_longest_line_that_a_run_writes_is_read(store: LocalStore) -> None:
    """The bound of a line is above all that is written: a kind, a reason, an id's digits."""
    laid = lay_out([Group("series", [10**18 - 1] * 3, "not_found")], None)
    assert max(map(len, laid.data.splitlines())) < plans._LINE / 2
    await store.put(PLAN.folder.titles, laid.data)
    plan = replace(PLAN, titles=3, titles_sha256=laid.sha256)
    assert len(await load_titles(store, plan)) == 3
