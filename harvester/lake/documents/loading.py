"""What all documents share: JSON with a version, and a one-sentence error if it is damaged."""

from typing import Any

import orjson

from harvester.errors import LakeError

VERSION = 1


def read_document(
    key: str, data: bytes, way_out: str, *, keep_version: bool = False
) -> dict[str, Any]:
    """Return a document's content. Raises `LakeError` when it can't be read."""
    try:
        content = orjson.loads(data)
        version = content["version"] if keep_version else content.pop("version")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise damaged(key, way_out) from None
    if version != VERSION:
        raise LakeError(
            f"{key} has version {version}, and this harvester reads version {VERSION}; "
            "use the harvester that wrote it, or a newer one"
        )
    result: dict[str, Any] = content
    return result


def damaged(key: str, way_out: str) -> LakeError:
    """Return the error for a document that can't be read; `way_out` is what to do about it."""
    return LakeError(f"{key} is damaged: {way_out}")
