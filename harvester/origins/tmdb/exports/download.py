"""The download of a day's file of ids: streamed to a file of this machine, whole or not at all."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import aiohttp
from yarl import URL

from harvester.clock import today
from harvester.errors import InputError, UpstreamDown
from harvester.origins.tmdb.endpoints import TMDB_BASE_URL
from harvester.origins.tmdb.exports.export_file import Export
from harvester.upstream.retry import of_error, wait
from harvester.upstream.session import open_session

EXPORTS_URL: Final = "https://files.tmdb.org/p/exports"
"""https://developer.themoviedb.org/docs/daily-id-exports; it takes no token."""

DAYS_BACK: Final = 3
"""A day's files are there by 08:00 UTC; who asks earlier gets the newest of these days before."""

_ATTEMPTS: Final = 5
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=20)
_MOST_SECONDS: Final = 1800.0
"""For all of it; 100 MB at half a megabit a second."""
_MISSING: Final = (403, 404)  # of a bucket's file that is not there
_MAX_BYTES: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A day's file on this machine."""

    path: Path
    day: date
    sha256: str


class _BrokenOff(Exception):
    """A file that ended before its `Content-Length`."""


def exports_beside(base_url: str) -> str:
    """Return where the exports of a TMDB are: TMDB's own, or those of the server that stands in."""
    if base_url.rstrip("/") == TMDB_BASE_URL:
        return EXPORTS_URL
    return str(URL(base_url).origin() / "p" / "exports")


async def download(exports_url: str, export: Export, folder: Path) -> Downloaded:
    """Download today's file, or the newest of the three days before.

    Raises `InputError` when there is none or it does not come whole, `UpstreamDown` when the
    server does not answer, or takes half an hour, `RouteError` for a proxy that can't be used.
    """
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            return await _newest(exports_url, export, folder)
    except TimeoutError:
        raise UpstreamDown(
            f"{exports_url} has not sent its export of {export.name} in "
            f"{_MOST_SECONDS / 60:.0f} minutes; run the command again later"
        ) from None


async def _newest(exports_url: str, export: Export, folder: Path) -> Downloaded:
    first = today()
    async with open_session(exports_url, connections=1, timeout=_TIMEOUT) as session:
        for back in range(DAYS_BACK + 1):
            day = first - timedelta(days=back)
            name = export.file_name(day)
            path = folder / name
            sha256 = await _fetched(session, f"{exports_url.rstrip('/')}/{name}", path)
            if sha256 is not None:
                return Downloaded(path, day, sha256)
    raise InputError(
        f"{exports_url} has no export of {export.name} of {first} or the {DAYS_BACK} days before: "
        "see https://developer.themoviedb.org/docs/daily-id-exports"
    )


async def _fetched(session: aiohttp.ClientSession, url: str, path: Path) -> str | None:
    """Return the sha256 of what a URL holds, written to a file; None where there is nothing."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await _attempt(session, url, path)
        except _BrokenOff:
            if attempt == _ATTEMPTS:
                raise InputError(
                    f"{url} breaks off before its Content-Length: see the server or the proxy"
                ) from None
            await asyncio.sleep(wait(of_error(TimeoutError()), attempt))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            failure = of_error(error)
            if attempt == _ATTEMPTS:
                raise UpstreamDown(
                    f"{url} can't be downloaded ({failure.detail or failure}); "
                    "run the command again later"
                ) from None
            await asyncio.sleep(wait(failure, attempt))
    return None


async def _attempt(session: aiohttp.ClientSession, url: str, path: Path) -> str | None:
    sha256 = hashlib.sha256()
    size = 0
    # The file is gzip itself; an encoding on top would be taken off by aiohttp.
    plain = {"Accept-Encoding": "identity"}
    async with session.get(url, allow_redirects=False, headers=plain) as response:
        if response.status in _MISSING:
            return None
        if response.status != 200:  # noqa: PLR2004 - a redirect, too, leads away from the file
            raise aiohttp.ClientResponseError(
                response.request_info, (), status=response.status, message=f"HTTP {response.status}"
            )
        with path.open("wb") as file:
            try:
                async for chunk in response.content.iter_any():
                    sha256.update(chunk)
                    size += len(chunk)
                    if size > _MAX_BYTES:
                        raise InputError(f"{url} has more than 1 GB, which no export has")
                    file.write(chunk)
            except aiohttp.ClientPayloadError:
                raise _BrokenOff from None
    return sha256.hexdigest()
