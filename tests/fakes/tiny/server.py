"""The tiny API on loopback: an index, two endpoints, what changed on a day."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

OFFSET = 1000
"""A title's id here is its IMDb number and this."""


@dataclass(slots=True)
class TinyServer:
    """Where it listens, and how often each path was requested; with a `key`, only by that."""

    base_url: str = ""
    key: str | None = None
    asked: Counter[str] = field(default_factory=Counter)


@asynccontextmanager
async def tiny_server(
    titles: range, changed: list[int], key: str | None = None
) -> AsyncIterator[TinyServer]:
    """Serve the titles whose IMDb numbers are in `titles`, the even ones without a cast."""
    server = TinyServer(key=key)

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        if server.key is not None and request.query.get("key") != server.key:
            return web.json_response({}, status=401)
        return await handler(request)

    async def index(_request: web.Request) -> web.Response:
        server.asked["index"] += 1
        return web.json_response({f"tt{n:07d}": n + OFFSET for n in titles})

    async def info(request: web.Request) -> web.Response:
        server.asked[request.path] += 1
        number = int(request.match_info["id"])
        return web.json_response({"id": number, "name": f"Title {number}"})

    async def cast(request: web.Request) -> web.Response:
        server.asked[request.path] += 1
        return web.json_response({"id": int(request.match_info["id"]), "people": []})

    async def changes(request: web.Request) -> web.Response:
        server.asked[request.path_qs] += 1
        return web.json_response({"changed": changed})

    app = web.Application(middlewares=[checked])
    app.add_routes(
        [
            web.get("/index", index),
            web.get("/{id:\\d+}/info", info),
            web.get("/{id:\\d+}/cast", cast),
            web.get("/changes", changes),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        server.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
