"""TVmaze as its client knows it: its address, its probe, and what its responses are worth.

It needs no credential, sends no ETag, and answers with HTTP's own words: 404 for what it does not
have, 429 to who asks too often, a redirect to who looks a show up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
import orjson
from yarl import URL

from harvester.errors import HarvesterError, UpstreamDown
from harvester.lake.gunzip import GZIP_MAGIC
from harvester.lake.record_files import MAX_BYTES
from harvester.origins.tvmaze.endpoints import ORIGIN, TVMAZE_BASE_URL
from harvester.origins.tvmaze.location import REDIRECTS, show_at
from harvester.upstream import valid_json
from harvester.upstream.api import Response, Verdict
from harvester.upstream.body import Damaged, Unproven, gunzip
from harvester.upstream.client import Client
from harvester.upstream.session import MAX_ERROR_BYTES

PROBE: Final = 1
"""A show that TVmaze has had since it began."""

_VERDICTS: Final = {
    200: Verdict.GOOD,
    401: Verdict.BLOCKED,  # of somebody on the way: there is no token to refuse
    403: Verdict.BLOCKED,
    429: Verdict.THROTTLED,
    **dict.fromkeys((400, 404, 405, 406, 410, 422), Verdict.FAIL),
}
_NO_WORDS: Final = (b"", b"null", b"[]")
"""Bodies of a 404, beside an object with its `status`; recorded ones are empty."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must be: the show with this id, an array, updates, or where a lookup leads.

    Of a lookup the answer is the id of the show, as decimal digits. Updates are an object, or an
    empty array where there is nothing.
    """

    kind: Literal["show", "array", "updates", "lookup"]
    show_id: int | None = None


class _Object(msgspec.Struct, gc=False):
    """Any object; of what is in it, only the id is looked at."""

    id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_SHAPES: Final[dict[str, tuple[msgspec.json.Decoder[Any], str]]] = {
    "show": (msgspec.json.Decoder(_Object), "not_an_object"),
    "updates": (msgspec.json.Decoder(_Object | list[_Object]), "not_an_object"),
    "array": (msgspec.json.Decoder(list[_Object]), "not_an_array"),
}
"""How each kind is read, and what a body of another shape is called."""


class TvmazeApi:
    """What differs between TVmaze and other APIs, at an address."""

    name = ORIGIN
    base_url = TVMAZE_BASE_URL
    base_url_variable = "TVMAZE_BASE_URL"
    most_bytes = MAX_BYTES
    probe: tuple[str, Mapping[str, str]] = (f"shows/{PROBE}", {})

    def __init__(self, address: str) -> None:
        self._address = URL(address)

    def is_up(self, body: bytes) -> bool:
        """Say whether a body is an object: a gateway's page may have status 200."""
        try:
            _checked(body, Expected("show"), repeated=True)
        except Damaged:
            return False
        return True

    def judge(self, response: Response) -> Verdict:
        """Return what to do about a response. Of redirects only one to a show of its own is good.

        Any other would lead to whomever it names, so it is as any error on the way.
        """
        if response.status in REDIRECTS:
            there = show_at(self._address, response.headers.get("Location", ""))
            return Verdict.AGAIN if there is None else Verdict.GOOD
        verdict = _VERDICTS.get(response.status, Verdict.AGAIN)
        if verdict is Verdict.FAIL and not _speaks_as_tvmaze(response):
            return Verdict.FOREIGN
        return verdict

    def stopped_by(self, response: Response) -> HarvesterError:
        """Return the error of a response that ends the run; TVmaze sends none."""
        return UpstreamDown(f"TVmaze refuses to answer (HTTP {response.status})")

    def check(self, response: Response, expected: Expected, *, repeated: bool) -> bytes:
        """Return the body, if it is what TVmaze intended to send. Raises `Damaged`, `Unproven`."""
        if (response.status in REDIRECTS) != (expected.kind == "lookup"):
            raise Damaged(f"http_{response.status}")
        if expected.kind == "lookup":
            return b"%d" % (show_at(self._address, response.headers["Location"]) or 0)
        return _checked(response.body, expected, repeated=repeated)


TvmazeClient = Client[Expected]


def _speaks_as_tvmaze(response: Response) -> bool:
    """Return whether an error is TVmaze's: an object with its `status`, or no words at all."""
    body = response.body
    try:
        plain = gunzip(body, MAX_ERROR_BYTES) if body.startswith(GZIP_MAGIC) else body
        if plain.strip() in _NO_WORDS:
            return True
        said = orjson.loads(plain)
    except (orjson.JSONDecodeError, Damaged):
        return False
    return isinstance(said, dict) and said.get("status") == response.status


def _checked(body: bytes, expected: Expected, *, repeated: bool) -> bytes:
    """Return the body, inflated if necessary.

    Nothing but itself proves it: half of a surrogate pair may be damage, and is believed if it
    comes twice.
    """
    if body.startswith(GZIP_MAGIC):
        body = gunzip(body, MAX_BYTES)
    wanted, otherwise = _SHAPES[expected.kind]
    try:
        answer = valid_json.decode(body, wanted, lone_surrogates=repeated)
    except msgspec.ValidationError:
        raise Damaged(otherwise) from None
    except ValueError:
        raise (Damaged if repeated else Unproven)("not_json") from None
    if isinstance(answer, _Object) and expected.show_id is not None:
        found = b"" if answer.id is msgspec.UNSET else bytes(answer.id)
        if found != b"%d" % expected.show_id:
            raise Damaged("another_id")
    return body
