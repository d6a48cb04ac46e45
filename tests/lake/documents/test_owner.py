"""Who owns a run is read as it was written, or is damage that names its key."""

import json
from typing import Any

import pytest
from memory_store import MemoryStore

from harvester.errors import DocumentError
from harvester.lake.documents.owner import Owner, load_owner, load_owner_seen
from harvester.lake.keys import RunFolder

FOLDER = RunFolder("TMDB", "20260105-0a")
WHOLE = Owner("arn:aws:states:us-east-1:1:execution:m:a", "2026-01-05T00:00:00Z")


async def _read(data: bytes | None) -> Owner | None:
    store = MemoryStore()
    if data is not None:
        await store.put(FOLDER.owner, data)
    return await load_owner(store, FOLDER)  # type: ignore[arg-type]


async def test_it_is_read_as_it_was_written() -> None:
    """Whole, with keys of a later version ignored; where there is none there is none."""
    assert await _read(WHOLE.to_json()) == WHOLE
    assert await _read(json.dumps({**json.loads(WHOLE.to_json()), "more": 1}).encode()) == WHOLE
    assert await _read(None) is None


async def test_who_was_seen_is_another_object() -> None:
    """What a worker writes never says who owns the run."""
    store: Any = MemoryStore()
    await store.put(FOLDER.owner_seen, WHOLE.to_json())
    assert await load_owner_seen(store, FOLDER) == WHOLE
    assert await load_owner(store, FOLDER) is None


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": None},
        {"execution": ""},
        {"execution": None},
        {"execution": "a\nb"},
        {"execution": "a" * 513},
        {"at": "2026-13-05T00:00:00Z"},
        {"at": 5},
    ],
)
async def test_what_it_may_not_be(change: dict[str, Any]) -> None:
    """Another version, a field of another type or out of bounds is damage."""
    data = json.dumps({**json.loads(WHOLE.to_json()), **change}).encode()
    with pytest.raises(DocumentError, match=r"20260105-0a/owner\.json"):
        await _read(data)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b" " * 10_001])
async def test_a_damaged_one_says_what_to_do(data: bytes) -> None:
    """It may be deleted once no execution is at work; a huge one is not held in memory."""
    with pytest.raises(DocumentError, match=r"owner\.json is damaged"):
        await _read(data)
