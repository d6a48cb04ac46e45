"""The ports of the tests' servers: nobody takes one between its choice and its use."""

import asyncio
import socket
import sys

import pytest
from held_ports import held_ports

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ports are not held")


def test_nobody_else_gets_a_port_that_is_held() -> None:
    """Neither another holder nor who asks for it by number; connecting to it is refused."""
    with held_ports(200) as mine, held_ports(200) as theirs:
        assert len({*mine, *theirs}) == 400
        for port in (mine[0], theirs[0]):
            with socket.socket() as other, pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))
            with socket.socket() as other, pytest.raises(ConnectionRefusedError):
                other.connect(("127.0.0.1", port))


async def test_its_server_listens_there() -> None:
    """A server listens on the port while it is held, and is reached."""

    async def bye(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    with held_ports(1) as (port,):
        async with await asyncio.start_server(bye, "127.0.0.1", port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await reader.read() == b""
            writer.close()
