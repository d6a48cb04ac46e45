"""A body as it arrived: what can be wrong with it, and its gunzip."""

import zlib


class Damaged(Exception):
    """A body that can't be stored; `args[0]` is the reason in one word."""


class Unusable(Damaged):
    """A body that can't be stored, and there is no use in another try."""


class TooLarge(Unusable):
    """A body that no record file takes."""

    def __init__(self) -> None:
        super().__init__("too_large")


class Unproven(Exception):
    """A body to believe only if a retry returns the same; `args[0]` is the reason in one word."""


def was_asked_for(encoding: str | None) -> bool:
    """Return whether a `Content-Encoding` is absent or one that the client accepts."""
    return (encoding or "identity").strip().lower() in {"identity", "gzip", "x-gzip"}


def gunzip(body: bytes, most: int) -> bytes:
    """Return the one gzip member that a body is, inflated to at most `most` bytes.

    Raises `Damaged`, `TooLarge`.
    """
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(body, most + 1)
    except zlib.error:
        raise Damaged("bad_gzip") from None
    if len(plain) > most:
        raise TooLarge
    if not inflate.eof or inflate.unused_data:
        raise Damaged("bad_gzip")
    return plain
