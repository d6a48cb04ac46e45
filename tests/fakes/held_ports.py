"""Ports of 127.0.0.1 that no other process can take before a test's server listens there."""

import contextlib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_ports(number: int) -> Iterator[list[int]]:
    """Hold free ports; connecting to one is refused until a server listens there.

    A port that is only looked for can be gone when its server starts: some listen seconds later,
    and each worker looks for its own. Here a bound socket keeps it from the kernel and from
    everybody who asks for it; on Linux, unlike elsewhere, a server that sets `SO_REUSEADDR`,
    as Go's and Python's do, may listen beside it (socket(7)).
    """
    with contextlib.ExitStack() as held:
        ports = []
        for _ in range(number):
            holder = held.enter_context(socket.socket())
            holder.bind(("127.0.0.1", 0))
            # Set after binding: set before it, two holders could be given the same port.
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            ports.append(holder.getsockname()[1])
        if sys.platform != "linux":
            held.close()
        yield ports
