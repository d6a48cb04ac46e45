"""What a response of TMDB is worth: the one table of verdicts, and the check of a body.

Status codes: https://developer.themoviedb.org/docs/errors. Only 401 and 403 speak of the token;
400, 404, 405, 406, 410 and 422 speak of this one request; the rest may pass.
"""

import email.utils
import hashlib
import re
import zlib
from collections.abc import Callable
from datetime import UTC
from enum import Enum

import orjson

MAX_BODY_BYTES = 64_000_000
"""A larger body is damaged; the largest ever recorded has 0.4 MB."""

MAX_RETRY_AFTER_SECONDS = 60.0


class Verdict(Enum):
    """What to do about a response."""

    GOOD = "verify the body and keep it"
    AGAIN = "try again, up to the attempts of one request"
    THROTTLED = "slow the whole run down and try again; costs no attempt"
    FAIL = "the title fails, with the status as its reason"
    STOP = "the token is refused: stop the run, write nothing more"


_VERDICTS = {
    200: Verdict.GOOD,
    401: Verdict.STOP,
    403: Verdict.STOP,
    429: Verdict.THROTTLED,
    **dict.fromkeys((400, 404, 405, 406, 410, 422), Verdict.FAIL),
}

GZIP_MAGIC = b"\x1f\x8b"
_ETAG = re.compile(r'(?:W/)?"([0-9a-f]{32})"', re.ASCII)


def verdict(status: int) -> Verdict:
    """Return what to do about a response with this HTTP status.

    A status that TMDB never sends, a redirect for one, is somebody else's on the way to it.
    """
    return _VERDICTS.get(status, Verdict.AGAIN)


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds a `Retry-After` header asks for, at most 60; None without a usable one.

    Seconds or an HTTP date (RFC 9110, section 10.2.3); `now` is in seconds since the epoch.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = email.utils.parsedate_to_datetime(value)
            if date.tzinfo is None:  # an HTTP date without a zone is UTC, not ours
                date = date.replace(tzinfo=UTC)
            seconds = date.timestamp() - now
        except (ValueError, OverflowError):
            return None
    if not seconds >= 0:  # NaN, too
        return 0.0
    return min(seconds, MAX_RETRY_AFTER_SECONDS)


class Damaged(Exception):
    """A body that can't be kept; `args[0]` is the reason in one word."""


class Unproven(Exception):
    """A whole JSON object whose ETag does not match: keep it if a second fetch gives the same."""


def shows_id(body: bytes, tmdb_id: int) -> bool:
    """Say whether this JSON object plainly has this id; an `id` further in may be of a genre."""
    return body.startswith(b'{"id":%d,' % tmdb_id) or body.endswith(b',"id":%d}' % tmdb_id)


Shows = Callable[[bytes, int], bool]
"""Says whether a proven body has this id; where it does not, the body is parsed."""


def check_body(
    body: bytes, etag: str | None, tmdb_id: int | None, shows: Shows = shows_id
) -> bytes:
    """Return the body, gunzipped if need be, when it is what TMDB meant to send.

    TMDB's ETag is the first 32 hex digits of the uncompressed body's SHA-256 (undocumented; it held
    for 2,145 of 2,145 recorded responses, 2020-2026), so a body that matches and `shows` its id
    need not be parsed; `find` bodies always are. `tmdb_id` is the id the body must carry, None
    for `find`. Raises `Damaged` or `Unproven`.
    """
    if body.startswith(GZIP_MAGIC):  # 2026-05: gzip sent without Content-Encoding, for a day
        body = _gunzip(body)
    named = _ETAG.fullmatch(etag) if etag else None
    proven = named is not None and hashlib.sha256(body).hexdigest()[:32] == named[1]
    looks_whole = body[:1] == b"{" and body[-1:] == b"}"
    if not (proven and looks_whole and tmdb_id is not None and shows(body, tmdb_id)):
        _parse(body, tmdb_id)
        if named is not None and not proven:
            raise Unproven
    return body


def _parse(body: bytes, tmdb_id: int | None) -> None:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Damaged("not_json") from None
    if not isinstance(parsed, dict):
        raise Damaged("not_an_object")
    if tmdb_id is not None and parsed.get("id") != tmdb_id:
        raise Damaged("another_id")


def _gunzip(body: bytes) -> bytes:
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise Damaged("bad_gzip") from None
    if len(plain) > MAX_BODY_BYTES:
        raise Damaged("too_large")
    if not inflate.eof or inflate.unused_data:
        raise Damaged("bad_gzip")
    return plain
