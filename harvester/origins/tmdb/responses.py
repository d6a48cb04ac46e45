"""How to treat a TMDB response: the table of verdicts, and the check of a body.

Status codes: https://developer.themoviedb.org/docs/errors. Only 401 and 403 concern the token;
400, 404, 405, 406, 410 and 422 concern this one request; all others may be transient. A CDN, a
firewall or a proxy sends the same codes: only a body in TMDB's error envelope is TMDB's.
"""

import hashlib
import re

import msgspec
import orjson

from harvester.lake.gunzip import GZIP_MAGIC
from harvester.lake.record_files import MAX_BYTES
from harvester.upstream import valid_json
from harvester.upstream.api import Response, Verdict
from harvester.upstream.body import Damaged, Unproven, gunzip
from harvester.upstream.session import MAX_ERROR_BYTES

MAX_BODY_BYTES = MAX_BYTES
"""Inflated; no record file takes a larger one. The largest one recorded has 0.4 MB."""

_VERDICTS = {
    200: Verdict.GOOD,
    401: Verdict.STOP,
    403: Verdict.STOP,
    429: Verdict.THROTTLED,
    **dict.fromkeys((400, 404, 405, 406, 410, 422), Verdict.FAIL),
}

_IF_NOT_TMDBS = {Verdict.FAIL: Verdict.FOREIGN, Verdict.STOP: Verdict.BLOCKED}
_ETAG = re.compile(r'(?:W/)?"([0-9a-f]{32})"', re.ASCII)


class _Answer(msgspec.Struct, gc=False):
    """Any JSON object; of what is in it, only the id is looked at."""

    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_ANSWER = msgspec.json.Decoder(_Answer)


def judge(response: Response) -> Verdict:
    """Return what to do about a response.

    A status that TMDB never sends, such as a redirect, comes from something between us and TMDB.
    """
    verdict = _VERDICTS.get(response.status, Verdict.AGAIN)
    others = _IF_NOT_TMDBS.get(verdict)
    return verdict if others is None or speaks_as_tmdb(response.body) else others


def speaks_as_tmdb(body: bytes) -> bool:
    """Return whether an error body is TMDB's envelope: `{"status_code":7,…}` or `{"errors":[…]}`.

    TMDB's codes have at most two digits; a gateway's body may repeat the HTTP status instead.
    """
    try:
        plain = gunzip(body, MAX_ERROR_BYTES) if body.startswith(GZIP_MAGIC) else body
        said = orjson.loads(plain)
    except (orjson.JSONDecodeError, Damaged):
        return False
    if not isinstance(said, dict):
        return False
    code = said.get("status_code")
    return (type(code) is int and 0 < code < 100) or isinstance(said.get("errors"), list)  # noqa: PLR2004 - see above


def check_body(body: bytes, etag: str | None, tmdb_id: int | None) -> bytes:
    """Return the body, decompressed if necessary, if it is what TMDB intended to send.

    TMDB's ETag is the first 32 hex digits of the uncompressed body's SHA-256 (undocumented; true
    of 2,145 of 2,145 recorded responses, 2020-2026). It proves that the body came as it was sent,
    not that it is what it should be: it must also be one valid JSON object to its end, so that it
    can't break out of its envelope. One that is not proven may not be odd, either: half of a
    surrogate pair may be damage. `tmdb_id` is the id the body must have, None for `find`.
    Raises `Damaged` or `Unproven`.
    """
    if body.startswith(GZIP_MAGIC):  # 2026-05: for a day, TMDB sent gzip without Content-Encoding
        body = gunzip(body, MAX_BODY_BYTES)
    named = _ETAG.fullmatch(etag) if etag else None
    proven = named is not None and hashlib.sha256(body).hexdigest()[:32] == named[1]
    try:
        answer = valid_json.decode(body, _ANSWER, lone_surrogates=proven)
    except msgspec.ValidationError:
        raise Damaged("not_an_object") from None
    except ValueError:
        raise Damaged("not_json") from None
    if tmdb_id is not None and not _is_id(answer.id, tmdb_id):
        raise Damaged("another_id")
    if named is not None and not proven:
        raise Unproven("etag")
    return body


def _is_id(found: msgspec.Raw | msgspec.UnsetType, tmdb_id: int) -> bool:
    """Return whether a body's id is this one; `278.0` is the same number."""
    if found is msgspec.UNSET:
        return False
    text = bytes(found)
    return text == b"%d" % tmdb_id or re.fullmatch(rb"%d\.0+" % tmdb_id, text) is not None
