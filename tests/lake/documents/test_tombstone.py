"""A tombstone is read as it was written, or is damage that names its key."""

import json
from typing import Any

import pytest
from memory_store import MemoryStore

from harvester.errors import DocumentError
from harvester.lake.documents.tombstone import ExpiredFile, Tombstone, load_tombstone
from harvester.lake.keys import RunFolder

FOLDER = RunFolder("TMDB", "20260105-0a")
WHOLE = Tombstone(FOLDER.run, "2026-07-05T00:00:00Z", (ExpiredFile("Raw/a", 3, "a" * 64),))


async def _read(data: bytes | None) -> Tombstone | None:
    store = MemoryStore()
    if data is not None:
        await store.put(FOLDER.expired, data)
    return await load_tombstone(store, FOLDER)  # type: ignore[arg-type]


async def test_it_is_read_as_it_was_written() -> None:
    """Whole, with keys of a later version ignored; where there is none there is none."""
    assert await _read(WHOLE.to_json()) == WHOLE
    assert await _read(json.dumps({**json.loads(WHOLE.to_json()), "more": 1}).encode()) == WHOLE
    assert await _read(None) is None


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": None},
        {"run": "20260105-0b"},
        {"run": 7},
        {"expired_at": "2026-13-05T00:00:00Z"},
        {"expired_at": "yesterday"},
        {"files": None},
        {"files": [{"key": "", "bytes": 3, "sha256": "a" * 64}]},
        {"files": [{"key": "Raw/a", "bytes": -1, "sha256": "a" * 64}]},
        {"files": [{"key": "Raw/a", "bytes": 3, "sha256": "A" * 64}]},
        {"files": [{"key": "Raw/a", "bytes": 3}]},
    ],
)
async def test_what_it_may_not_be(change: dict[str, Any]) -> None:
    """Another version, another run, a field of another type or out of bounds is damage."""
    data = json.dumps({**json.loads(WHOLE.to_json()), **change}).encode()
    with pytest.raises(DocumentError, match=r"20260105-0a/expired\.json"):
        await _read(data)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", WHOLE.to_json()[:-20]])
async def test_a_damaged_one_says_what_to_do(data: bytes) -> None:
    """It may be deleted, since the manifests name the same files."""
    with pytest.raises(DocumentError, match="is damaged: delete it and run `harvester expire`"):
        await _read(data)
