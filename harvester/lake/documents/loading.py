"""What all documents share: JSON with a version, and one sentence where it is damaged."""

from typing import Any, TypeVar

import msgspec

from harvester.errors import LakeError

T = TypeVar("T")


class _Versioned(msgspec.Struct):
    version: int


def read_document(
    kind: type[T], key: str, data: bytes, *, way_out: str, versions: tuple[int, ...] = (1,)
) -> T:
    """Return a document as the dataclass `kind`, its types checked; unknown keys are ignored.

    Raises `LakeError`, one sentence that names `key`, where it is damaged or of another version.
    """
    try:
        version = msgspec.json.decode(data, type=_Versioned).version
        if version not in versions:
            raise LakeError(
                f"{key} has version {version}, and this harvester reads version "
                f"{' and '.join(map(str, versions))}; "
                "use the harvester that wrote it, or a newer one"
            )
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
        raise damaged(key, way_out) from None


def plain(value: Any) -> Any:
    """Return a dataclass as what JSON can hold."""
    return msgspec.to_builtins(value)


def damaged(key: str, way_out: str) -> LakeError:
    """Return the error of a document that can't be read, with the way out."""
    return LakeError(f"{key} is damaged: {way_out}")
