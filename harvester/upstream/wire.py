"""One GET as it goes over the wire: address, credential, and no more than a body's size."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from harvester.upstream.api import Api, Response
from harvester.upstream.body import TooLarge
from harvester.upstream.credential import Credential
from harvester.upstream.proxy import proxy_for
from harvester.upstream.session import BodyTooLarge, get
from harvester.upstream.unreachable import Route

PLAIN = {"headers": {"Accept-Encoding": "identity"}}
"""The option that asks for an answer without compression."""

ERRORS = (aiohttp.ClientError, OSError, TimeoutError, ValueError)
"""What a request may raise beside `TooLarge`; a host that is no name is a `ValueError`."""


class Wire:
    """Sends requests to one base URL; `synthetic` says whether the last answer was a simulator's.

    Raises `RouteError` for a proxy that can't be used.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api: Api[Any],
        base_url: str,
        credential: Credential,
    ) -> None:
        self.synthetic: bool | None = None
        base = URL(base_url)
        self.route = Route(base, api.name, api.base_url_variable, proxy_for(base))
        self._most_bytes = api.most_bytes
        self._session = session
        self._base = base
        self._above = base.path.rstrip("/")
        self._credential = credential

    async def fetch(
        self,
        path: str,
        params: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Response:
        """Send one GET. Raises `TooLarge`, `StoreDown` and any of `ERRORS`."""
        try:
            status, answered, body = await get(
                self._session,
                self._base.with_path(f"{self._above}/{path}"),  # in half the time of a new URL
                {**params, **self._credential.params},
                most=self._most_bytes,
                headers={**self._credential.headers, **(headers or {})},
                **options,
            )
        except BodyTooLarge:
            raise TooLarge from None
        self.synthetic = "X-Harvester-Synthetic" in answered
        return Response(status, answered, body)

    def hidden(self, text: str) -> str:
        """Return a text without the credential."""
        return self._credential.hidden(text)
