"""`verify` of an expired run asks that its files are gone, and that nothing else is missing."""

import json
from dataclasses import replace

from made_old import Old, harvested, keep_old
from memory_store import MemoryStore

from harvester.run.expire_run import expire_run
from harvester.run.verify import Breach, Checked, verify_run

OLD = Old("20260105-0a", harvested(1, 2), 200, 199)
TOMBSTONE = f"Raw/TMDB/_harvest/{OLD.run}/expired.json"


async def _expired() -> tuple[MemoryStore, Old, dict[str, bytes]]:
    """Return a store with an expired run, the run, and what there was before."""
    store = MemoryStore()
    old = replace(OLD, keys=[])
    plan = await keep_old(store, old)
    before = dict(store.objects)
    await expire_run(store, plan)  # type: ignore[arg-type]
    return store, old, before


async def _breaches(store: MemoryStore) -> list[Breach]:
    return [one async for one in verify_run(store, OLD.run, Checked())]  # type: ignore[arg-type]


async def test_it_is_clean() -> None:
    """Its files are gone, its manifests, outcomes and summary are as they were."""
    store, _, _ = await _expired()
    assert await _breaches(store) == []


async def test_a_file_that_is_left_is_a_breach() -> None:
    """Named or not, as long as its key is one of the run's; each is a breach by its key."""
    store, old, before = await _expired()
    stray = old.keys[0].replace("-0-", "-7-")
    answer = f"Raw/TMDB/_harvest/{OLD.run}/asked/000-000.jsonl"
    for key in (old.keys[0], stray, answer):
        store.objects[key] = before[old.keys[0]]
    found = await _breaches(store)
    assert sorted(one.where for one in found) == sorted([old.keys[0], stray, answer])
    assert all("`harvester expire` deletes it" in one.what for one in found)


async def test_a_tombstone_that_names_other_files_is_a_breach() -> None:
    """What manifests name and it does not, and the reverse; another size is both."""
    store, old, _ = await _expired()
    content = json.loads(store.objects[TOMBSTONE])
    more = [*content["files"], {**content["files"][0], "key": "Raw/other"}]
    for files in (more[:0], more):
        store.objects[TOMBSTONE] = json.dumps({**content, "files": files}).encode()
        found = await _breaches(store)
        assert {one.where for one in found} == (set(old.keys) if not files else {"Raw/other"})
    content["files"][0]["bytes"] += 1
    store.objects[TOMBSTONE] = json.dumps(content).encode()
    assert [one.where for one in await _breaches(store)] == [content["files"][0]["key"]] * 2
