"""What all documents share: JSON with a version, and one sentence where it is damaged."""

from typing import Any

import orjson

from harvester.errors import LakeError

VERSION = 1


def read_document(
    key: str, data: bytes, way_out: str, *, keep_version: bool = False
) -> dict[str, Any]:
    """Return a document's content. Raises `LakeError` where it can't be read."""
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
    """Return the error of a document that can't be read, with the way out."""
    return LakeError(f"{key} is damaged: {way_out}")
