"""How the requests of a day are counted, whoever sends them."""

import asyncio
import random
from datetime import date
from pathlib import Path
from typing import Any

import moved_clock
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_store import MemoryStore

from harvester.errors import DocumentError, QuotaUsedUp
from harvester.lake import keys
from harvester.origins.omdb.quota import Ration
from harvester.stores import open_store

NOON = 1_795_608_000.0  # 2026-11-25T12:00:00Z
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    moved_clock.move(monkeypatch, lambda: NOON)


class _Ration(Ration):
    """A ration that takes as much of a store as it needs."""

    async def reserve(self, store: Any, requests: int, what: str) -> bool:
        return await super().reserve(store, requests, what)


async def test_units_are_reserved_as_long_as_they_fit() -> None:
    """The last one that fits exactly starts; a smaller one may fit where a larger one does not."""
    store, ration = MemoryStore(), _Ration(250)
    taken = [await ration.reserve(store, size, "unit") for size in (100, 100, 100, 50, 1)]
    assert taken == [True, True, False, True, False]
    first, *others = sorted(store.objects)
    assert first == "Raw/OMDb/_harvest/_quota/2026-11-25/00000000.json"
    assert [key[-13:-5] for key in others] == ["00000100", "00000200"]


async def test_a_retry_is_reserved_when_it_is_sent() -> None:
    """The titles of a unit are paid; what is more is counted by itself, and refused at the end."""
    store, ration = MemoryStore(), _Ration(5)
    assert await ration.reserve(store, 3, "unit")
    for _ in range(3):
        ration.pay(TODAY)
        await ration.spend()
    assert len(store.objects) == 1
    for _ in range(2):
        await ration.spend()
    assert len(store.objects) == 3
    with pytest.raises(QuotaUsedUp, match=r"OMDb's 5 requests of 2026-11-25 \(UTC\) are used up"):
        await ration.spend()
    assert not await _Ration(5).reserve(store, 1, "another process")


async def test_a_day_ends_at_midnight_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was paid yesterday is not: a unit that began before midnight is counted today."""
    store, ration = MemoryStore(), _Ration(4)
    seconds = [NOON]
    moved_clock.move(monkeypatch, lambda: seconds[0])
    assert await ration.reserve(store, 4, "unit")
    ration.pay(TODAY)
    await ration.spend()
    seconds[0] += 86_400
    for _ in range(3):
        ration.pay(TODAY)
        await ration.spend()
    assert sorted(store.objects)[1:] == [
        f"Raw/OMDb/_harvest/_quota/2026-11-26/0000000{before}.json" for before in range(3)
    ]
    assert not await ration.reserve(store, 2, "unit")
    assert await ration.reserve(store, 1, "unit")


async def test_what_was_not_sent_is_given_back() -> None:
    """By the one that reserved it, once; another process learns of it."""
    store, ration, other = MemoryStore(), _Ration(100), _Ration(100)
    assert await ration.reserve(store, 100, "unit")
    assert not await other.reserve(store, 1, "unit")
    for _ in range(100):
        ration.pay(TODAY)
    await ration.spend()
    await ration.give_back()
    await ration.give_back()
    assert not await other.reserve(store, 100, "unit")
    assert await other.reserve(store, 99, "unit")


async def test_a_damaged_reservation_is_named() -> None:
    """The count of the day hangs on it: nothing starts."""
    store = MemoryStore()
    key = keys.quota_key("OMDb", TODAY, 0)
    of_none = b'{"requests":0,"what":"unit 0","at":"2026-11-24T07:00:05Z","by":"0"}'
    for damaged in (b"", b"{", b'{"requests":"x"}', b"[]", of_none):
        await store.put(key, damaged)
        with pytest.raises(DocumentError, match=r"00000000\.json is damaged"):
            await _Ration(100).reserve(store, 1, "unit")


async def test_other_files_beside_them_count_nothing() -> None:
    """A sync tool's copy, or a number with too few digits."""
    store = MemoryStore()
    prefix = keys.quota_prefix("OMDb", TODAY)
    for name in ("00000100.json.tmp", "100.json", "x.json", "unsent-5-x.json"):
        await store.put(prefix + name, b"")
    assert await _Ration(1).reserve(store, 1, "unit")


class _SlowStore(MemoryStore):
    """Lets others act between any two operations."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = random.Random(seed)

    async def create(self, key: str, data: bytes) -> bool:
        await self._pause()
        created = await super().create(key, data)
        await self._pause()
        return created

    async def get(self, key: str, *, most: int | None = None) -> bytes | None:
        await self._pause()
        return await super().get(key, most=most)

    async def _pause(self) -> None:
        for _ in range(self._chance.randrange(4)):
            await asyncio.sleep(0)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    quota=st.integers(0, 60),
    processes=st.lists(st.lists(st.integers(1, 20), max_size=8), min_size=1, max_size=5),
)
def test_however_many_share_a_day_no_more_than_its_quota_is_reserved(
    seed: int, quota: int, processes: list[list[int]]
) -> None:
    """And no less: what is refused would not have fitted at the end, either."""

    async def run() -> None:
        store = _SlowStore(seed)
        taken: list[int] = []
        refused: list[int] = []

        async def one(sizes: list[int]) -> None:
            ration = _Ration(quota)
            for size in sizes:
                fits = await ration.reserve(store, size, "unit")
                (taken if fits else refused).append(size)

        await asyncio.gather(*map(one, processes))
        assert sum(taken) <= quota
        assert all(sum(taken) + size > quota for size in refused)
        starts = [int(key[-13:-5]) for key in store.objects]
        assert len(starts) == len(taken) == len(set(starts))

    asyncio.run(run())


async def test_a_folder_counts_as_any_store(tmp_path: Path) -> None:
    """Two connections to one folder, one after the other."""
    for expected in (True, True, False):
        async with open_store(str(tmp_path / "l")) as store:
            assert await _Ration(20).reserve(store, 10, "unit") is expected
