"""One run's records are deleted: tombstone first, the lease held, damage before any deletion."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from made_old import Old, harvested, keep_old
from memory_store import MemoryStore

from harvester.errors import DocumentError, RunHeld
from harvester.run.expire_run import expire_run

OLD = Old("20260105-0a", harvested(1, 2), 200, 199)
HARVEST = f"Raw/TMDB/_harvest/{OLD.run}"


class _WatchedStore(MemoryStore):
    """Says at each deletion whether the tombstone was there and the lease held."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, bool, bool]] = []
        self.held = False
        self.loses = False

    async def delete(self, key: str) -> None:
        self.seen.append((key, f"{HARVEST}/expired.json" in self.objects, self.held))
        await super().delete(key)

    @asynccontextmanager
    async def hold(self, key: str, run: str, lost: object) -> AsyncIterator[None]:
        assert key == f"{HARVEST}/lease.json"
        assert isinstance(lost, Callable)  # type: ignore[arg-type]
        self.held = True
        if self.loses:
            lost(RunHeld(f"another process is working on run {run}"))  # type: ignore[operator]
        yield
        self.held = False


async def _kept() -> tuple[_WatchedStore, Old]:
    store = _WatchedStore()
    await keep_old(store, old := replace(OLD, keys=[]))
    return store, old


async def test_each_file_goes_after_the_tombstone_and_under_the_lease() -> None:
    """Nothing else is deleted, and the lease is given back."""
    store, old = await _kept()
    plan = await keep_old(MemoryStore(), replace(OLD, keys=[]))
    await expire_run(store, plan)  # type: ignore[arg-type]
    assert sorted(store.seen) == [(key, True, True) for key in sorted(old.keys)]
    assert not store.held


async def test_a_tombstone_that_stands_is_not_written_anew() -> None:
    """It is the first one that says what there was."""
    store, old = await _kept()
    plan = await keep_old(MemoryStore(), replace(OLD, keys=[]))
    await expire_run(store, plan)  # type: ignore[arg-type]
    first = store.objects[f"{HARVEST}/expired.json"]
    await store.put(old.keys[0], b"late")
    await expire_run(store, plan)  # type: ignore[arg-type]
    assert store.objects[f"{HARVEST}/expired.json"] == first
    assert old.keys[0] not in store.objects


async def test_a_lease_that_was_lost_deletes_nothing() -> None:
    """Another process took the run over while this one was paused."""
    store, old = await _kept()
    plan = await keep_old(MemoryStore(), replace(OLD, keys=[]))
    store.loses = True
    with pytest.raises(RunHeld, match=OLD.run):
        await expire_run(store, plan)  # type: ignore[arg-type]
    assert store.objects.keys() >= set(old.keys)


@pytest.mark.parametrize("key", ["../../etc/passwd", "Raw/Local/CSV/Movies/2026/01/05/m.csv"])
async def test_a_manifest_that_names_another_key_deletes_nothing(key: str) -> None:
    """Whoever may write a manifest may name any key in it: none of them is touched."""
    store, old = await _kept()
    plan = await keep_old(MemoryStore(), replace(OLD, keys=[]))
    path = f"{HARVEST}/units/000000.json"
    store.objects[path] = store.objects[path].replace(old.keys[0].encode(), key.encode())
    before = dict(store.objects)
    with pytest.raises(DocumentError, match="names what is no record file of its unit"):
        await expire_run(store, plan)  # type: ignore[arg-type]
    assert store.objects == before
