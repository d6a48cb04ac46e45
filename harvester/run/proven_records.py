"""Record files and their records, only as their manifests say they are."""

import hashlib
from collections.abc import Sequence
from typing import Any

from harvester.errors import LakeError
from harvester.lake import json_text
from harvester.lake.documents.manifest import FileReceipt
from harvester.lake.documents.plan import Plan
from harvester.lake.record_files import MAX_BYTES, raw_records
from harvester.stores import Store


async def read_proven(store: Store, plan: Plan, file: FileReceipt) -> Sequence[bytes | memoryview]:
    """Return a file's records. Raises `LakeError` when it is not as its manifest says."""
    data = await store.get(file.key, most=max(file.bytes, MAX_BYTES))
    if data is None or hashlib.sha256(data).hexdigest() != file.sha256:
        what = "is missing" if data is None else "is not what its manifest says"
        raise LakeError(f"{file.key} {what}: `harvester verify {plan.run}` lists what is damaged")
    try:
        return raw_records(data, plan.asked.format)
    except ValueError as error:
        raise unreadable(file.key, error) from None


def parse_record(key: str, raw: bytes | memoryview) -> dict[str, Any]:
    """Return a record of a file. Raises `LakeError` when it can't be read."""
    try:
        match json_text.loads(bytes(raw)):
            case dict(record):
                return record
    except ValueError as error:
        raise unreadable(key, error) from None
    raise unreadable(key, "not an object")


def unreadable(key: str, why: object) -> LakeError:
    """Return the error of a file with a record that is no record."""
    return LakeError(
        f"{key} holds a record that can't be read ({why}): harvest its titles again with --fresh"
    )
