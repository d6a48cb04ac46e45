"""Shared by the fault matrices of all origins."""

from functools import partial

import aiohttp
import pytest

from harvester.origins.tvmaze import connect as tvmaze_connect
from harvester.upstream import connect
from harvester.upstream.connect import open_client


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time out in a fraction of the time, so that stalls are cheap."""
    short = aiohttp.ClientTimeout(total=0.5, sock_connect=0.5)
    for module in (connect, tvmaze_connect):  # which has it by name
        monkeypatch.setattr(module, "open_client", partial(open_client, timeout=short))
