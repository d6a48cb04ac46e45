"""A process that has imported the harvester, and forks one that runs a command for each order.

Python takes a second to import what a command needs; a fork of what is imported takes
milliseconds. What is forked is a process as any other: with its own id, streams, environment,
working folder and end. It has no thread, loop or connection of the one that it comes from.
"""

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

_LONGEST_ORDER = 1 << 20


@dataclass(frozen=True, slots=True)
class WarmInterpreter:
    """The test's side: `fork` orders a process."""

    process: subprocess.Popen[bytes]
    orders: socket.socket

    @classmethod
    def start(cls) -> "WarmInterpreter":
        """Start the process; it ends when this object's socket is closed, or its owner dies."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, str(Path(__file__)), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        return cls(process, ours)

    def fork(
        self,
        arguments: list[str],
        environ: dict[str, str],
        *,
        out: int,
        err: int,
        tiny: Mapping[str, Any] | None = None,
    ) -> int:
        """Run `python -m harvester ARGUMENTS` in the working folder, its output into two files.

        There is an origin `Tiny` in it, with these attributes, unless `tiny` is None.
        Returns a descriptor to read from: a line with the process's id, then one with how it
        ended, as `subprocess` numbers it.
        """
        status, told = os.pipe()
        order = {
            "arguments": arguments,
            "environ": environ,
            "folder": str(Path.cwd()),
            "tiny": tiny,
        }
        socket.send_fds(self.orders, [json.dumps(order).encode() + b"\n"], [out, err, told])
        os.close(told)
        return status


def _serve(orders: socket.socket) -> None:
    """Fork for each order until there is none; returns in the processes that run a command."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those that wait for a command reap themselves
    while True:
        data, streams, _, _ = socket.recv_fds(orders, _LONGEST_ORDER, 3)
        while data and not data.endswith(b"\n"):
            data += orders.recv(_LONGEST_ORDER)
        if not data:
            os._exit(0)
        if os.fork() == 0:
            orders.close()
            _run(json.loads(data), *streams)
            return
        for stream in streams:
            os.close(stream)


def _run(order: dict[str, Any], out: int, err: int, told: int) -> None:
    """Fork once more: the one that returns is the command, the other tells how that ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child:
        _wait(child, told)
    os.close(told)
    for stream, number in ((out, 1), (err, 2)):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(order["environ"])
    os.chdir(order["folder"])
    sys.argv = ["harvester", *order["arguments"]]
    if order["tiny"] is not None:
        from tiny.origin import TinyOrigin  # noqa: PLC0415 - for the few commands that ask it

        from harvester.origins.table import ORIGINS  # noqa: PLC0415

        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in order["tiny"].items()
        }
        ORIGINS["Tiny"] = TinyOrigin(**given)


def _wait(child: int, told: int) -> NoReturn:
    os.closerange(0, told)
    os.write(told, b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _import() -> None:
    """Import what commands import, and make what each of them would make."""
    import all_imported  # noqa: PLC0415 - only the process that forks needs it
    import botocore_models  # noqa: PLC0415

    from harvester.cli.app import command_line  # noqa: PLC0415

    command_line()
    botocore_models.parse_s3()
    all_imported.import_all()


if __name__ == "__main__":
    _import()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    try:
        runpy.run_module("harvester", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        if isinstance(end.code, int | None):
            os._exit(end.code or 0)  # to take down what is imported costs more than the command
        raise
