"""One GET to TMDB as it goes over the wire: address, credential, and no more than a body's size."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from harvester.origins.tmdb.responses import MAX_BODY_BYTES, Damaged
from harvester.upstream.credential import Credential
from harvester.upstream.proxy import proxy_for
from harvester.upstream.session import get
from harvester.upstream.unreachable import Route

PLAIN = {"headers": {"Accept-Encoding": "identity"}}
"""The option that asks for an answer without compression."""

ERRORS = (aiohttp.ClientError, OSError, TimeoutError, ValueError)
"""What a request may raise beside `Damaged`; a host that is no name is a `ValueError`."""


class Wire:
    """Sends requests to one base URL; `synthetic` says whether the last answer was a simulator's.

    Raises `RouteError` for a proxy that can't be used.
    """

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, credential: Credential
    ) -> None:
        self.synthetic: bool | None = None
        base = URL(base_url)
        self.route = Route(base, proxy_for(base))
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._credential = credential

    async def fetch(
        self, path: str, params: Mapping[str, str], **options: Any
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body. Raises `Damaged` and what `ERRORS` lists."""
        status, headers, body = await get(
            self._session,
            f"{self._base_url}/{path}",
            {**params, **self._credential.params},
            most=MAX_BODY_BYTES,
            **options,
        )
        self.synthetic = "X-Harvester-Synthetic" in headers
        if len(body) > MAX_BODY_BYTES:
            raise Damaged("too_large")
        return status, headers, body

    def hidden(self, text: str) -> str:
        """Return a text without the key that our URLs may hold."""
        for secret in self._credential.params.values():
            text = text.replace(secret, "***")
        return text
