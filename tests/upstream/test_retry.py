"""What an error of a request makes of its attempt."""

from unittest.mock import Mock

import aiohttp
import pytest

from harvester.upstream.retry import of_error

_BROTLI = aiohttp.ClientResponseError(
    Mock(), (), status=400, message="Can not decode content-encoding: brotli (br)."
)


@pytest.mark.parametrize(
    ("error", "reason", "plain"),
    [
        (TimeoutError(), "timeout", False),
        (aiohttp.ServerTimeoutError(), "timeout", False),
        (aiohttp.ClientPayloadError("cut"), "broken_body", True),
        (_BROTLI, "broken_body", True),
        (aiohttp.ClientResponseError(Mock(), (), message="Bad status line"), "connection", False),
        (ConnectionResetError(), "connection", False),
        (UnicodeError("label too long"), "connection", False),
    ],
)
def test_reasons(error: Exception, reason: str, *, plain: bool) -> None:
    """Each error has its reason; a body that can't be unpacked is asked for without compression."""
    found = of_error(error)
    assert (found.reason, found.plain) == (reason, plain)
    assert type(error).__name__ in found.detail
