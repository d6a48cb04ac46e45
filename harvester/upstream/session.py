"""The connections to TMDB: their number, timeouts and proxy."""

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from harvester.upstream.credential import Credential
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


def open_session(
    base_url: str, credential: Credential, *, connections: int, timeout: aiohttp.ClientTimeout
) -> aiohttp.ClientSession:
    """Return a session that sends the credential's headers, if it has any.

    It keeps no cookies and does not retry. The proxy is taken from the environment, except for
    loopback addresses.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=30),
        timeout=timeout,
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"tmdb-harvester/{__version__}",
            **credential.headers,
        },
        cookie_jar=aiohttp.DummyCookieJar(),
        # Not `trust_env`: it would read the environment and ~/.netrc in a thread for each request,
        # and reject our Authorization header if ~/.netrc has a default entry.
        proxy=_proxy(URL(base_url)),
    )
    # aiohttp would resend a GET when an idle connection turns out to be closed: a request that is
    # neither paced nor counted. aiohttp's own test client disables that in the same way.
    session._retry_connection = False  # noqa: SLF001
    return session


async def get(
    session: aiohttp.ClientSession,
    url: str,
    params: Mapping[str, str],
    *,
    most: int,
    **options: Any,
) -> tuple[int, Mapping[str, str], bytes]:
    """Return status, headers and body of one GET; stop reading once it exceeds `most` bytes.

    Raises what aiohttp raises.
    """
    async with session.get(
        url,
        params=params,
        allow_redirects=False,  # never send the token to another host
        **options,
    ) as response:
        chunks = []
        size = 0
        async for chunk in response.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > most:
                break
        return response.status, response.headers, b"".join(chunks)


def _proxy(url: URL) -> str | None:
    host = url.host or ""
    if _is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get(url.scheme)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
