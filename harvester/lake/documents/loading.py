"""What all documents share: JSON with a version, and one sentence where it is damaged.

Whoever may write into a lake may write anything: what a document's types and bounds do not allow is
found here, so that nothing later has to doubt a field.
"""

from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

from harvester.errors import DocumentError
from harvester.stores import Store

T = TypeVar("T")


class _Versioned(msgspec.Struct):
    version: Annotated[int, msgspec.Meta(ge=0, lt=1_000_000)]


async def get_document(store: Store, key: str, most: int, *, way_out: str) -> bytes | None:
    """Return a document's bytes, or None without one.

    `most` is what one honest document of its kind can have. Raises `DocumentError` for a larger
    one, or what is no file, without holding it.
    """
    try:
        return await store.get(key, most=most)
    except DocumentError as error:
        raise DocumentError(f"{error}; {way_out}") from None


def read_document(
    kind: type[T], key: str, data: bytes, *, way_out: str, versions: tuple[int, ...] = (1,)
) -> T:
    """Return a document as the dataclass `kind`, its types and bounds checked.

    Unknown keys are ignored. Raises `DocumentError`, one sentence that names `key`, where it is
    damaged or of another version.
    """
    try:
        version = msgspec.json.decode(data, type=_Versioned).version
        if version not in versions:
            raise DocumentError(
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


def is_moment(text: str) -> bool:
    """Return whether a text is a moment as documents have it, with its zone."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def damaged(key: str, way_out: str) -> DocumentError:
    """Return the error of a document that can't be read, with the way out."""
    return DocumentError(f"{key} is damaged: {way_out}")
