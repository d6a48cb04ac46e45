"""An OMDb whose every response a test writes: a dict of IMDb ids behind a real HTTP server."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aiohttp import web
from loopback import on_loopback

from harvester.origins.omdb.origin import OmdbOrigin
from harvester.settings import Settings
from harvester.upstream.credential import Credential

KEY = "5ecre7-k3y"
PROBE = "tt0111161"


@dataclass(frozen=True, slots=True)
class OmdbReply:
    """One response."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def title(imdb_id: str, **more: Any) -> bytes:
    """Return the body of a title."""
    body = {"Title": f"Title {imdb_id}", "Year": "1978\u20131991", "imdbVotes": "858,780"}
    body |= {"imdbID": imdb_id, "Type": "movie", **more, "Response": "True"}
    return json.dumps(body, ensure_ascii=False).encode()


def refusal(words: str, status: int = 200) -> OmdbReply:
    """Return an error in OMDb's words."""
    return OmdbReply(json.dumps({"Response": "False", "Error": words}).encode(), status)


LIMIT = refusal("Request limit reached!", 401)
UNKNOWN = refusal("Error getting data.")


@dataclass(slots=True)
class ScriptedOmdb:
    """The responses by IMDb id, else the title; how often each was asked, with which query.

    A list of replies is used in order, and its last one is repeated. After `quota` requests the
    limit is reached.
    """

    base_url: str = ""
    replies: dict[str, OmdbReply | list[OmdbReply]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    queries: list[dict[str, str]] = field(default_factory=list)
    keyless: int = 0
    quota: int | None = None

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer one request."""
        query = dict(request.query)
        if "apikey" not in query:
            self.keyless += 1
            return _sent(refusal("No API key provided.", 401))
        self.queries.append(query)
        imdb_id = query["i"]
        number = self.asked[imdb_id]
        self.asked[imdb_id] += 1
        if self.quota is not None and len(self.queries) > self.quota:
            return _sent(LIMIT)
        reply = self.replies.get(imdb_id, OmdbReply(title(imdb_id)))
        return _sent(reply[min(number, len(reply) - 1)] if isinstance(reply, list) else reply)

    def settings(self, *inputs: str, **more: Any) -> Settings:
        """Return the settings of a run that asks it."""
        origin = OmdbOrigin()
        given = {"lake": "l", "rate": 5000.0, "date": date(2026, 11, 25), **more}
        return Settings(
            inputs=inputs,
            origin=origin.name,
            endpoints=origin.default_endpoints,
            base_url=self.base_url,
            credential=Credential(params={"apikey": KEY}),
            **given,
        )


def _sent(reply: OmdbReply) -> web.Response:
    headers = {"Content-Type": "application/json; charset=utf-8"} | reply.headers
    return web.Response(body=reply.body, status=reply.status, headers=headers)


@asynccontextmanager
async def scripted_omdb() -> AsyncIterator[ScriptedOmdb]:
    """Serve a scripted OMDb on loopback."""
    omdb = ScriptedOmdb()
    async with on_loopback(omdb.answer) as address:
        omdb.base_url = address
        yield omdb
