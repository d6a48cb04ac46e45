"""Runs the tests of real connections twice: on the stock loop and zlib, and on the extra `fast`."""

import asyncio
import zlib
from collections.abc import Callable, Iterator, Mapping

import aiohttp
import pytest
import uvloop
from isal import isal_zlib

ON_BOTH = {"test_client_faults.py", "test_connector.py"}


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run the tests of `ON_BOTH` twice, all others on asyncio's own loop."""
    stock = {"stock": asyncio.new_event_loop}
    return stock | {"fast": uvloop.new_event_loop} if item.path.name in ON_BOTH else stock


@pytest.fixture(autouse=True)
def inflater(request: pytest.FixtureRequest) -> Iterator[None]:
    """Inflate with zlib where the loop is asyncio's own."""
    callspec = getattr(request.node, "callspec", None)
    if callspec is not None and "stock" in callspec.id.split("-"):
        aiohttp.set_zlib_backend(zlib)
    yield
    aiohttp.set_zlib_backend(isal_zlib)
