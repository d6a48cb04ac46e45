"""Responses → the bytes on the connection, as TMDB's CDN would send or corrupt them."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from aiohttp import web

from harvester.simulator.bodies import Body
from harvester.simulator.library import Reply, error_page

SYNTHETIC_HEADER: Final = "X-Harvester-Synthetic"
JSON_TYPE: Final = "application/json;charset=utf-8"
STALL_SECONDS: Final = 60.0


def chunked(
    status: int, content: bytes, headers: Mapping[str, str], content_type: str = JSON_TYPE
) -> web.Response:
    """Return a response without Content-Length, as nearly all of TMDB's are."""
    response = web.Response(
        body=content,
        status=status,
        headers={SYNTHETIC_HEADER: "1", "Content-Type": content_type, **headers},
    )
    response.enable_chunked_encoding()
    return response


def accepts_gzip(request: web.BaseRequest) -> bool:
    """Return whether the request accepts gzip."""
    return "gzip" in request.headers.get("Accept-Encoding", "")


def whole(request: web.BaseRequest, answer: Reply) -> web.Response:
    """Return an intact response."""
    if answer.last_modified:
        return web.Response(body=answer.body.raw, headers=_file_headers(answer))
    headers = {"Vary": "accept-encoding, Origin"}
    if answer.status == 200:  # noqa: PLR2004
        headers["ETag"] = answer.body.etag
        headers["Cache-Control"] = "public, max-age=28800"
    if accepts_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return chunked(answer.status, answer.body.gzipped, headers)
    return chunked(answer.status, answer.body.raw, headers)


def _file_headers(answer: Reply) -> dict[str, str]:
    return {
        SYNTHETIC_HEADER: "1",
        "Content-Type": "application/gzip",
        "ETag": answer.body.etag,
        "Last-Modified": answer.last_modified,
    }


def _tag(body: Body) -> dict[str, str]:
    return {"ETag": body.etag} if body.etag else {}  # not each API has one


def gzip_unsaid(body: Body) -> web.Response:
    """Return gzip bytes without Content-Encoding (TMDB, 2026-05)."""
    return chunked(200, body.gzipped, _tag(body))


def gzip_falsely_said(body: Body) -> web.Response:
    """Return plain bytes with Content-Encoding: gzip (TMDB, 2022-08)."""
    return chunked(200, body.raw, {**_tag(body), "Content-Encoding": "gzip"})


def html_page(status: int, title: str) -> web.Response:
    """Return a gateway's HTML page."""
    return chunked(status, error_page(status, title), {}, "text/html")


def gone(request: web.BaseRequest) -> web.Response:
    """Close the connection; aiohttp requires a response, but nothing is sent."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def reset(request: web.BaseRequest) -> web.Response:
    """Reset the connection: a zero linger makes the close an RST."""
    transport = request.transport
    if transport is not None:
        connection: socket.socket | None = transport.get_extra_info("socket")
        if connection is not None:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response()


def _head(answer: Reply) -> bytes:
    if answer.last_modified:
        length = {"Content-Length": str(len(answer.body.raw))}
        lines = [f"{name}: {value}" for name, value in (_file_headers(answer) | length).items()]
        return "\r\n".join(("HTTP/1.1 200 OK", *lines, "", "")).encode()
    tag = [f"{name}: {value}\r\n" for name, value in _tag(answer.body).items()]
    return (
        "HTTP/1.1 200 OK\r\n"
        f"{SYNTHETIC_HEADER}: 1\r\n"
        f"Content-Type: {JSON_TYPE}\r\n"
        f"{''.join(tag)}"
        "Transfer-Encoding: chunked\r\n\r\n"
    ).encode()


def truncated(request: web.BaseRequest, answer: Reply) -> web.Response:
    """Send half the body as a complete chunk, and close without the terminating one.

    Of a file it is half of the bytes that its Content-Length promises.
    """
    half = answer.body.raw[: max(1, len(answer.body.raw) // 2)]
    sent = half if answer.last_modified else b"%x\r\n%b\r\n" % (len(half), half)
    if request.transport is not None:
        request.transport.write(_head(answer) + sent)
    return gone(request)


async def stalled(request: web.BaseRequest, answer: Reply, stopping: asyncio.Event) -> web.Response:
    """Send the headers, then nothing for a minute or until the simulator stops."""
    if request.transport is not None:
        request.transport.write(_head(answer))
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), STALL_SECONDS)
    return gone(request)
