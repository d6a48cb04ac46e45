"""Connections that take no more than a response needs, however much a server sends.

aiohttp skips informational responses (103 Early Hints), line breaks before a response, extensions
of chunks and the like, and queues responses that nobody asked for, all without a bound: one turn
of the loop made 200,000 objects of 700 MB, and no timer or signal had its turn meanwhile.
Connections that wait in the pool are read, too.
"""

import asyncio
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import BadHttpMessage

MOST_HEADS = 16
"""From the start of one request to that of the next, the response's own among them."""

MOST_BESIDE = 512 * 1024
"""Of bytes received, beyond twice those of the inflated body: chunks may be as small as 5 bytes."""


class _Bounded(ResponseHandler):
    """Breaks off beyond these bounds: to the request that is a damaged response."""

    _heads = 0
    _received = 0

    def set_response_params(self, **params: Any) -> None:
        """Begin a request."""
        self._heads = self._received = 0
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        super().data_received(data)
        self._received += len(data)
        body = 0 if self._payload is None else self._payload.total_bytes
        if self._received > MOST_BESIDE + 2 * body:
            self._break_off("too much beside the body of a response")
        error = self.exception()
        if error is not None and self._payload is not None and not self._payload.is_eof():
            # aiohttp tells a body that is being read nothing of trailers that it can't parse.
            self._payload.set_exception(aiohttp.ClientPayloadError(str(error)))

    def feed_data(
        self, data: tuple[RawResponseMessage, aiohttp.StreamReader], size: int = 0
    ) -> None:
        """Queue a head that was parsed; drop those beyond the bound."""
        self._heads += 1
        if self._heads <= MOST_HEADS:
            super().feed_data(data, size)
        elif self._heads == MOST_HEADS + 1:
            self._break_off(f"more than {MOST_HEADS} heads for one request")

    def _break_off(self, why: str) -> None:
        if self.transport is not None:
            self.set_exception(BadHttpMessage(why))
            self.transport.abort()


def bounded_connector(**options: Any) -> aiohttp.TCPConnector:
    """Return a connector; it takes the options of aiohttp's own."""
    connector = aiohttp.TCPConnector(**options)
    # Nothing public replaces the protocol, or sees these bytes and heads.
    protocol: type[ResponseHandler] = _Bounded
    connector._factory = partial(protocol, loop=asyncio.get_running_loop())  # noqa: SLF001
    return connector
