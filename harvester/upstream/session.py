"""The connections to an API: their number, timeouts and proxy."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, SupportsBytes

import aiohttp
from yarl import URL

from harvester.runtime import affordable_connections
from harvester.upstream.connector import bounded_connector
from harvester.upstream.proxy import proxy_for
from harvester.upstream.room import LARGE_BYTES, set_aside
from harvester.version import __version__

try:
    from isal import isal_zlib
except ImportError:  # the extra `fast` is not installed
    pass
else:
    aiohttp.set_zlib_backend(isal_zlib)  # decompresses in 60 % of zlib's time

TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=5)
"""To connect, and for the whole response, of which TMDB's slowest take 5 s.

One timer per request: `sock_read` sets a new one for each chunk received, which cost 5 % of CPU.
"""

MAX_ERROR_BYTES = 64 * 1024
"""What is read of an error's body; TMDB's have 0.1 KB."""

MAX_HEADER_BYTES = 64 * 1024
"""Limit of one header; aiohttp's default is 8 KB, which a Content-Security-Policy may exceed."""


def open_session(
    base_url: str, *, connections: int, timeout: aiohttp.ClientTimeout
) -> aiohttp.ClientSession:
    """Return a session; it sends no credential, which `get` is given for each request.

    aiohttp repeats a session's own headers in the CONNECT that it sends to a proxy, in clear, its
    Authorization as Proxy-Authorization. It keeps no cookies and does not retry. The proxy is taken
    from the environment, except for loopback addresses. Raises `RouteError` for a proxy that can't
    be used.
    """
    proxy = proxy_for(URL(base_url))
    session = aiohttp.ClientSession(
        connector=bounded_connector(
            limit=min(connections, affordable_connections()), keepalive_timeout=30
        ),
        timeout=timeout,
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"tmdb-harvester/{__version__}",
        },
        cookie_jar=aiohttp.DummyCookieJar(),
        # Not `trust_env`: it would read the environment and ~/.netrc in a thread for each request,
        # and reject our Authorization header if ~/.netrc has a default entry.
        proxy=None if proxy is None else proxy.url,
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
    )
    # aiohttp would resend a GET when an idle connection turns out to be closed: a request that is
    # neither paced nor counted. aiohttp's own test client disables that in the same way.
    session._retry_connection = False  # noqa: SLF001
    return session


class BodyTooLarge(Exception):
    """A good response's body that exceeds what the caller takes; the rest of it is not read."""


async def get(
    session: aiohttp.ClientSession,
    url: URL | str,
    params: Mapping[str, str],
    *,
    most: int,
    **options: Any,
) -> tuple[int, Mapping[str, str], bytes]:
    """Return status, headers and body of one GET.

    aiohttp inflates no further than we read. A good body may have `most` bytes and is read into the
    spool, if it is large; of an error's body only the beginning is read. Raises `BodyTooLarge`,
    `StoreDown` and what aiohttp raises.
    """
    async with session.get(
        url,
        params=params,
        allow_redirects=False,  # never send the token to another host
        **options,
    ) as response:
        is_good = response.status == HTTPStatus.OK
        limit = most if is_good else MAX_ERROR_BYTES
        aside: list[SupportsBytes] = []
        chunks: list[bytes] = []
        size = in_memory = 0
        async for chunk in response.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            in_memory += len(chunk)
            if size > limit:
                if is_good:
                    raise BodyTooLarge
                break
            if in_memory > LARGE_BYTES:
                aside.append(set_aside(chunks))
                chunks, in_memory = [], 0
        body = b"".join([*map(bytes, aside), *chunks])
        return response.status, response.headers, body
