"""The download of a day's file, from a real server with bad manners."""

import gzip
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from endless import TRICKLES, trickle
from faulty_server import Write, faulty_server
from loopback import on_loopback

from harvester.errors import InputError, UpstreamDown
from harvester.origins.tmdb.exports import download as downloading
from harvester.origins.tmdb.exports.download import EXPORTS_URL, download, exports_beside
from harvester.origins.tmdb.exports.export_file import Export

TODAY = date(2026, 11, 25)
MOVIES = Export("movies")
FILE = gzip.compress(b'{"id":1}\n', mtime=0)

Answer = Callable[[web.BaseRequest], web.StreamResponse]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be one day, and wait for nothing."""
    monkeypatch.setattr(downloading, "today", lambda: TODAY)
    monkeypatch.setattr(downloading, "wait", lambda *_: 0.0)


@asynccontextmanager
async def server(answer: Answer, asked: list[str]) -> AsyncIterator[str]:
    """Serve exports on loopback; yield their address."""

    async def one(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.path.rpartition("/")[2])
        assert "Authorization" not in request.headers
        answered = answer(request)
        return await answered.send(request) if isinstance(answered, _Short) else answered

    async with on_loopback(one) as address:
        yield f"{address}/p/exports"


def name(days_ago: int) -> str:
    """Return the file's name of a day."""
    return MOVIES.file_name(TODAY - timedelta(days=days_ago))


@pytest.mark.parametrize("days_ago", [0, 1, 3])
async def test_the_newest_of_four_days_is_taken(days_ago: int, tmp_path: Path) -> None:
    """Today's may not be there yet; a day's file is asked for once, and without a token."""

    def answer(request: web.BaseRequest) -> web.StreamResponse:
        there = request.path.endswith(name(days_ago))
        return (
            web.Response(body=FILE)
            if there
            else web.Response(status=404 - request.path.count("_26_"))
        )

    asked: list[str] = []
    async with server(answer, asked) as url:
        found = await download(url, MOVIES, tmp_path)
    assert asked == [name(day) for day in range(days_ago + 1)]
    assert found.day == TODAY - timedelta(days=days_ago)
    assert found.path.read_bytes() == FILE
    assert found.sha256 == hashlib.sha256(FILE).hexdigest()


async def test_none_of_four_days_is_one_sentence(tmp_path: Path) -> None:
    """Exit 2: waiting some minutes won't help."""
    asked: list[str] = []
    async with server(lambda _: web.Response(status=404), asked) as url:
        with pytest.raises(InputError, match="no export of movies of 2026-11-25 or the 3 days"):
            await download(url, MOVIES, tmp_path)
    assert len(asked) == 4


class _Short(web.StreamResponse):
    """Promises the whole file and sends a part."""

    async def send(self, request: web.BaseRequest) -> web.StreamResponse:
        """Send it, and close the connection."""
        self.content_length = len(FILE)
        await self.prepare(request)
        await self.write(FILE[:9])
        if request.transport is not None:
            request.transport.close()
        return self


async def test_a_file_that_breaks_off_is_asked_for_again_and_then_refused(tmp_path: Path) -> None:
    """A wrong Content-Length is exit 2; one that was only bad luck is forgotten."""
    asked: list[str] = []
    async with server(lambda _: _Short(), asked) as url:
        with pytest.raises(InputError, match="breaks off before its Content-Length"):
            await download(url, MOVIES, tmp_path)
    assert asked == [name(0)] * 5
    asked.clear()
    async with server(
        lambda _: _Short() if len(asked) < 3 else web.Response(body=FILE), asked
    ) as url:
        found = await download(url, MOVIES, tmp_path)
    assert found.path.read_bytes() == FILE


@pytest.mark.parametrize("status", [500, 503, 302, 429])
async def test_a_server_that_fails_is_down(status: int, tmp_path: Path) -> None:
    """Exit 5, after some attempts; a redirect is not followed."""
    asked: list[str] = []
    moved = {"Location": "http://127.0.0.1:1/"}
    async with server(lambda _: web.Response(status=status, headers=moved), asked) as url:
        with pytest.raises(UpstreamDown, match=rf"{name(0)} can't be downloaded"):
            await download(url, MOVIES, tmp_path)
    assert asked == [name(0)] * 5


async def test_a_file_that_trickles_has_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then is no silence, but no download either."""
    monkeypatch.setattr(downloading, "_MOST_SECONDS", 0.3)

    async def answering(_: str, write: Write) -> None:
        await trickle(write, TRICKLES["body"])

    async with faulty_server(answering) as slow:
        with pytest.raises(UpstreamDown, match="has not sent its export of movies in"):
            await download(slow.base_url, MOVIES, tmp_path)


async def test_nobody_there_is_down(tmp_path: Path) -> None:
    """The sentence names the file and what to do."""
    with pytest.raises(UpstreamDown, match="run the command again later"):
        await download("http://127.0.0.1:1/p/exports", MOVIES, tmp_path)


def test_exports_are_beside_the_tmdb_that_is_asked() -> None:
    """TMDB's own are on another host; a simulator's are its own."""
    assert exports_beside("https://api.themoviedb.org/3/") == EXPORTS_URL
    assert exports_beside("http://127.0.0.1:8099/3") == "http://127.0.0.1:8099/p/exports"
