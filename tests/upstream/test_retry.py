"""What an error of a request makes of its attempt, and what a `Retry-After` asks for."""

import time
from unittest.mock import Mock

import aiohttp
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.upstream.retry import of_error, retry_after

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


NOW = 1_795_507_200.0  # Tue, 24 Nov 2026 08:00:00 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("Tue, 99 Nov 2026 08:00:09 GMT", None),
        ("Tue, 24 Nov 99999 08:00:09 GMT", None),
        ("0", 0),
        ("2", 2),
        (" 2.5 ", 2.5),
        ("-5", 0),
        ("nan", 0),
        ("60", 60),
        ("61", 60),
        ("86400", 60),
        ("inf", 60),
        ("1e999", 60),
        ("9" * 5000, 60),
        ("-1e999", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60),
        ("Fri, 31 Dec 0000 00:00:00 GMT", 0),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0),
        (f"Fri, 31 Dec {'9' * 5000} 00:00:00 GMT", None),
        ("Tue, 24 Nov 2026 08:00:09 GMT", 9),
        ("Tuesday, 24-Nov-26 08:00:09 GMT", 9),
        ("Tue Nov 24 08:00:09 2026", 9),
        ("Tue, 24 Nov 2026 08:00:09 -0000", 9),
        ("Tue, 24 Nov 2026 07:59:00 GMT", 0),
        ("Wed, 25 Nov 2026 08:00:00 GMT", 60),
    ],
)
def test_retry_after(
    value: str | None, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds or a date in any of HTTP's three forms, in UTC anywhere, 0 to 60, or None."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "America/Sao_Paulo")
        time.tzset()
        found = retry_after(value, NOW)
    time.tzset()
    assert found == seconds


@settings(deadline=None)
@example(value="0 NOV 0 0:3000000000")
@given(value=st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d+ Nov \d+ \d+:\d+:\d+ \S+"))
def test_any_retry_after_is_understood_or_ignored(value: str) -> None:
    """No header can raise an error or cause a pause of more than a minute."""
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= 60
