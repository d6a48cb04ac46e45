"""What an API must say of itself to be asked by a client: all that differs from API to API."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple, Protocol, TypeVar

from harvester.errors import HarvesterError

Expected_contra = TypeVar("Expected_contra", contravariant=True)


class Response(NamedTuple):
    """A response as it came over the wire; of an error's body only the beginning is there."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Verdict(Enum):
    """What to do about a response."""

    GOOD = "check the body and keep it"
    DOUBT = "as GOOD, but when there are several in a row the API may be failing: see whether"
    AGAIN = "try again, up to the attempts of one request"
    THROTTLED = "slow the whole run down and try again; costs no attempt"
    FAIL = "the request fails, with the status as its reason"
    FOREIGN = "a status that would be FAIL, but not in the API's words: try again"
    STOP = "stop the run, write nothing more: the API says that no request can succeed now"
    BLOCKED = "a status that would be STOP, but not in the API's words: slow down and try again"


class Api(Protocol[Expected_contra]):
    """An API as its client knows it. What a body is expected to be is the API's own business."""

    @property
    def name(self) -> str:
        """Its name, as it stands in messages."""

    @property
    def base_url(self) -> str:
        """Its own address, which messages about another address name."""

    @property
    def base_url_variable(self) -> str:
        """The environment variable that names another address."""

    @property
    def most_bytes(self) -> int:
        """The size of the largest body that can be kept, inflated."""

    @property
    def probe(self) -> tuple[str, Mapping[str, str]]:
        """Path and query of a cheap request that succeeds whenever the API is up."""

    def is_up(self, body: bytes) -> bool:
        """Say whether the body of a good answer to the probe is the API's."""

    def judge(self, response: Response) -> Verdict:
        """Return what to do about a response."""

    def stopped_by(self, response: Response) -> HarvesterError:
        """Return the error that a response with the verdict `STOP` ends the run with."""

    def check(self, response: Response, expected: Expected_contra, *, repeated: bool) -> bytes:
        """Return the body of a good response, if it is what the API intended to send.

        `repeated` says that the same bytes came twice. Raises `Damaged`, or `Unproven` when the
        same bytes would be believed if they came twice.
        """
