"""How to treat a TMDB response: the table of verdicts, and the check of a body.

Status codes: https://developer.themoviedb.org/docs/errors. Only 401 and 403 concern the token;
400, 404, 405, 406, 410 and 422 concern this one request; all others may be transient. A CDN, a
firewall or a proxy sends the same codes: only a body in TMDB's error envelope is TMDB's.
"""

import email.utils
import hashlib
import re
import zlib
from collections.abc import Callable
from datetime import UTC
from enum import Enum

import orjson

from harvester import json_text

MAX_BODY_BYTES = 64_000_000
"""A larger body is considered damaged; the largest one recorded has 0.4 MB."""

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

    A status that TMDB never sends, such as a redirect, comes from something between us and TMDB.
    """
    return _VERDICTS.get(status, Verdict.AGAIN)


def speaks_as_tmdb(body: bytes) -> bool:
    """Return whether an error body is TMDB's envelope: `{"status_code":7,…}` or `{"errors":[…]}`.

    TMDB's codes have at most two digits; a gateway's body may repeat the HTTP status instead.
    """
    try:
        said = orjson.loads(_gunzip(body) if body.startswith(GZIP_MAGIC) else body)
    except (orjson.JSONDecodeError, Damaged):
        return False
    if not isinstance(said, dict):
        return False
    code = said.get("status_code")
    return (type(code) is int and 0 < code < 100) or isinstance(said.get("errors"), list)  # noqa: PLR2004 - see above


def was_asked_for(encoding: str | None) -> bool:
    """Return whether a `Content-Encoding` is absent or one that the client accepts."""
    return (encoding or "identity").strip().lower() in {"identity", "gzip", "x-gzip"}


def retry_after(value: str | None, now: float) -> float | None:
    """Return the delay of a `Retry-After` header in seconds, at most 60; None if it has none.

    It has seconds or an HTTP date (RFC 9110, section 10.2.3); `now` is in seconds since the epoch.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = email.utils.parsedate_to_datetime(value)
            if date.tzinfo is None:  # an HTTP date without a zone is in UTC, not local time
                date = date.replace(tzinfo=UTC)
            seconds = date.timestamp() - now
        except (ValueError, OverflowError):
            return None
    if not seconds >= 0:  # including NaN
        return 0.0
    return min(seconds, MAX_RETRY_AFTER_SECONDS)


class Damaged(Exception):
    """A body that can't be stored; `args[0]` is the reason in one word."""


class Unproven(Exception):
    """A complete JSON object whose ETag does not match: accept it if a retry returns the same."""


def shows_id(body: bytes, tmdb_id: int) -> bool:
    """Return whether this JSON object clearly has this id; a nested `id` may be that of a genre."""
    return body.startswith(b'{"id":%d,' % tmdb_id) or body.endswith(b',"id":%d}' % tmdb_id)


Shows = Callable[[bytes, int], bool]
"""Returns whether a body with a matching ETag has this id; if not, the body is parsed."""


def check_body(
    body: bytes, etag: str | None, tmdb_id: int | None, shows: Shows = shows_id
) -> bytes:
    """Return the body, decompressed if necessary, if it is what TMDB intended to send.

    TMDB's ETag is the first 32 hex digits of the uncompressed body's SHA-256 (undocumented; true
    of 2,145 of 2,145 recorded responses, 2020-2026), so a body that matches and `shows` its id
    need not be parsed; `find` bodies always are. `tmdb_id` is the id the body must have, None
    for `find`. Raises `Damaged` or `Unproven`.
    """
    if body.startswith(GZIP_MAGIC):  # 2026-05: for a day, TMDB sent gzip without Content-Encoding
        body = _gunzip(body)
    named = _ETAG.fullmatch(etag) if etag else None
    proven = named is not None and hashlib.sha256(body).hexdigest()[:32] == named[1]
    looks_whole = body[:1] == b"{" and body[-1:] == b"}"
    if not (proven and looks_whole and tmdb_id is not None and shows(body, tmdb_id)):
        _parse(body, tmdb_id, json_text.loads if proven else orjson.loads)
        if named is not None and not proven:
            raise Unproven
    return body


def _parse(body: bytes, tmdb_id: int | None, loads: Callable[[bytes], object]) -> None:
    """Check a body; one that its ETag proves is read by the lenient `loads`. Raises `Damaged`."""
    try:
        parsed = loads(body)
    except ValueError:
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
