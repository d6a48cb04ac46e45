r"""OMDb as its client knows it: its address, its probe, and what its responses are worth.

It answers most errors with status 200 or 401, and only the body's words tell them apart. It sends
no ETag, and its own JSON is not always JSON: https://github.com/omdbapi/OMDb-API/issues/322 (`\s`,
raw tabs, control characters), https://github.com/omdbapi/OMDb-API/issues/258 (quotes).
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from harvester.errors import HarvesterError, QuotaUsedUp, TokenRefused
from harvester.lake.gunzip import GZIP_MAGIC
from harvester.lake.record_files import MAX_BYTES
from harvester.origins.omdb.answer import OmdbAnswer, error_in, parse_answer
from harvester.origins.omdb.endpoints import (
    KEY_URL,
    KEY_VARIABLE,
    OMDB_BASE_URL,
    ORIGIN,
    title_params,
)
from harvester.upstream.api import Response, Verdict
from harvester.upstream.body import Damaged, Unproven, Unusable, gunzip
from harvester.upstream.client import Client
from harvester.upstream.session import MAX_ERROR_BYTES

PROBE: Final = "tt0111161"
"""A title that OMDb has."""

_LIMIT_REACHED: Final = "limit reached"
"""Of "Request limit reached!" (401) and "Daily request limit reached!" (200)."""

_KEY: Final = "api key"
_KEY_ERRORS: Final = ("Invalid API key!", "No API key provided.")
_CERTAIN: Final = ("not found", "incorrect imdb id")
"""Words that say that OMDb has no such title. "Error getting data." says so, too
(https://github.com/omdbapi/OMDb-API/issues/47), but reads, and sometimes is, as if it failed
(https://github.com/omdbapi/OMDb-API/issues/103): any other error is believed only among answers."""

_VERDICTS: Final = {
    200: Verdict.GOOD,
    401: Verdict.STOP,
    403: Verdict.STOP,
    429: Verdict.THROTTLED,
    **dict.fromkeys((400, 404, 405, 406, 410, 422), Verdict.FAIL),
}
_IF_NOT_OMDBS: Final = {Verdict.FAIL: Verdict.FOREIGN, Verdict.STOP: Verdict.BLOCKED}


class OmdbApi:
    """What differs between OMDb and other APIs; a body is expected to have an IMDb id."""

    name = ORIGIN
    base_url = OMDB_BASE_URL
    base_url_variable = "OMDB_BASE_URL"
    most_bytes = MAX_BYTES
    probe: tuple[str, Mapping[str, str]] = ("", title_params(PROBE))

    def is_up(self, body: bytes) -> bool:
        """Say whether a body is the title that was asked for, or OMDb's word that it lacks it."""
        try:
            checked_body(body, PROBE, repeated=True)
        except Damaged:
            return False
        return True

    def judge(self, response: Response) -> Verdict:
        """Return what to do about a response.

        What a limit or a key is said to be wrong with ends the run, whatever the status.
        """
        status, _, body = response
        verdict = _VERDICTS.get(status, Verdict.AGAIN)
        if verdict is Verdict.GOOD and b"False" not in body and not body.startswith(GZIP_MAGIC):
            return Verdict.GOOD  # all but the unusual
        error = error_in(body, MAX_ERROR_BYTES)
        if error is None:
            return _IF_NOT_OMDBS.get(verdict, verdict)
        words = error.lower()
        if verdict is Verdict.GOOD:
            if _LIMIT_REACHED in words or _KEY in words:
                return Verdict.STOP
            return Verdict.GOOD if any(one in words for one in _CERTAIN) else Verdict.DOUBT
        return verdict

    def stopped_by(self, response: Response) -> HarvesterError:
        """Return the error of a used-up quota or a key that OMDb does not take."""
        error = error_in(response.body, MAX_ERROR_BYTES) or ""
        if _LIMIT_REACHED in error.lower():
            return QuotaUsedUp(
                "OMDb says that the key's requests of the day are used up: run the same command "
                "again tomorrow"
            )
        said = f": {error}" if error in _KEY_ERRORS else ""
        return TokenRefused(
            f"OMDb refused the key (HTTP {response.status}{said}); check {KEY_VARIABLE}: a new key "
            f"works once the link in its mail was followed ({KEY_URL})"
        )

    def check(self, response: Response, expected: str, *, repeated: bool) -> bytes:
        """Return the body, if it is the title with this IMDb id, or an error in OMDb's words.

        Raises `Damaged`, `Unproven`.
        """
        return checked_body(response.body, expected, repeated=repeated)


OMDB = OmdbApi()

OmdbClient = Client[str]
"""A client whose bodies must have an IMDb id."""


def checked_body(body: bytes, imdb_id: str, *, repeated: bool) -> bytes:
    """Return the body, inflated if necessary.

    Nothing but itself proves it. So what is OMDb's, but broken or of another title, must come
    twice to be a failure, and nobody repairs it; half of a surrogate pair must come twice to be
    believed. What is not OMDb's at all is damage on the way.
    """
    if body.startswith(GZIP_MAGIC):
        body = gunzip(body, MAX_BYTES)
    try:
        answer = parse_answer(body, lone_surrogates=repeated)
    except msgspec.ValidationError:
        raise Damaged("not_an_object") from None
    except ValueError:
        if not body.lstrip().startswith(b"{"):
            raise Damaged("not_json") from None
        raise (Unusable if repeated else Unproven)("not_json") from None
    fault = _fault(answer, imdb_id)
    if fault is not None:
        raise (Unusable if repeated else Unproven)(fault)
    return body


def _fault(answer: OmdbAnswer, imdb_id: str) -> str | None:
    if answer.error is not None or answer.is_of(imdb_id):
        return None
    return "unexpected_shape" if answer.imdb_id is None else "another_id"
