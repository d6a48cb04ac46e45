"""TMDB as its client knows it: its address, its probe, and what its responses are worth."""

from collections.abc import Mapping

from harvester.errors import TokenRefused
from harvester.origins.tmdb.endpoints import TMDB_BASE_URL
from harvester.origins.tmdb.responses import MAX_BODY_BYTES, check_body, judge
from harvester.upstream.api import Response, Verdict
from harvester.upstream.body import Damaged
from harvester.upstream.client import Client


class TmdbApi:
    """What differs between TMDB and other APIs; a body is expected to have a TMDB id."""

    name = "TMDB"
    base_url = TMDB_BASE_URL
    base_url_variable = "TMDB_BASE_URL"
    most_bytes = MAX_BODY_BYTES
    probe: tuple[str, Mapping[str, str]] = ("authentication", {})
    """https://developer.themoviedb.org/reference/authentication-validate-key"""

    def is_up(self, body: bytes) -> bool:
        """Say whether a body is an object: a gateway's page may have status 200."""
        try:
            check_body(body, None, None)
        except Damaged:
            return False
        return True

    def judge(self, response: Response) -> Verdict:
        """Return what to do about a response."""
        return judge(response)

    def stopped_by(self, response: Response) -> TokenRefused:
        """Return the sentence on a token that TMDB does not take."""
        return TokenRefused(
            f"TMDB refused the token (HTTP {response.status}); check TMDB_TOKEN (the API Read "
            "Access Token) or TMDB_API_KEY"
        )

    def check(self, response: Response, expected: int | None, *, repeated: bool) -> bytes:
        """Return the body, if it is what TMDB intended to send. Raises `Damaged`, `Unproven`."""
        tag = None if repeated else response.headers.get("ETag")
        return check_body(response.body, tag, expected)


TMDB = TmdbApi()

TmdbClient = Client[int | None]
"""A client whose bodies must have a TMDB id, or none in particular."""
