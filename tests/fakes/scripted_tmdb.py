"""A TMDB whose every response a test writes: a dict of paths behind a real HTTP server."""

import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from loopback import on_loopback


@dataclass(frozen=True, slots=True)
class Reply:
    """One response; TMDB's ETag is added to a 200."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ScriptedTmdb:
    """The responses, by path below `/3/`, and how often each path was requested.

    A list of replies is used in order, and its last one is repeated.
    """

    base_url: str = ""
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    on_request: Callable[[str], object] = field(default=len)

    def find(self, imdb_id: str, media_type: str, tmdb_id: int) -> None:
        """Let `/find` return one movie or series, and its endpoints minimal bodies."""
        names = ("movie", "person", "tv", "tv_episode")
        body: dict[str, list[dict[str, int | str]]] = {f"{name}_results": [] for name in names}
        body[f"{media_type}_results"] = [{"id": tmdb_id, "media_type": media_type}]
        self.replies[f"find/{imdb_id}"] = Reply(json.dumps(body).encode())
        for rest in ("", "/credits", "/keywords"):
            path = f"{media_type}/{tmdb_id}{rest}"
            self.replies.setdefault(path, Reply(b'{"id":%d}' % tmdb_id))

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer one request."""
        path = request.path.removeprefix("/3/")
        number = self.asked[path]
        self.asked[path] += 1
        self.on_request(path)
        reply = self.replies.get(path, Reply(b'{"success":false,"status_code":34}', 404))
        if isinstance(reply, list):
            reply = reply[min(number, len(reply) - 1)]
        headers = dict(reply.headers)
        if reply.status == 200:
            etag = hashlib.sha256(reply.body).hexdigest()[:32]
            headers = {"ETag": f'W/"{etag}"', "Content-Type": "application/json"} | headers
        return web.Response(body=reply.body, status=reply.status, headers=headers)


@asynccontextmanager
async def scripted_tmdb() -> AsyncIterator[ScriptedTmdb]:
    """Serve a scripted TMDB on loopback."""
    tmdb = ScriptedTmdb()
    tmdb.replies["authentication"] = Reply(b'{"success":true}')
    async with on_loopback(tmdb.answer) as address:
        tmdb.base_url = f"{address}/3"
        yield tmdb
