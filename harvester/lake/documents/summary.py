"""The summary of a run, written when it has finished."""

from typing import Any

from harvester.lake import keys
from harvester.lake.documents.loading import read_document
from harvester.stores import Store


async def load_summary(store: Store, run: str) -> dict[str, Any] | None:
    """Return a finished run's summary, or None. Raises `LakeError` when it can't be read."""
    key = keys.run_prefix(run) + "summary.json"
    data = await store.get(key)
    way_out = "delete it and run the same command: it is written anew"
    return None if data is None else read_document(key, data, way_out, keep_version=True)
