"""Standard input that says nothing, or can't be read, holds no command."""

import array
import asyncio
import fcntl
import os
import signal
import termios
from pathlib import Path

import pytest
from command_line import end, start, until

CSV = b"imdb_id\ntt0111161\n"
UNREACHED = "http://127.0.0.1:9/3"
"""Nothing is asked for before all inputs are read."""


def _unread(pipe: int) -> int:
    """Return how many bytes wait in a pipe."""
    size = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, size)
    return size[0]


@pytest.mark.parametrize(
    ("signals", "given"),
    [
        (["SIGINT", "SIGINT"], ["-"]),
        (["SIGTERM", "SIGTERM"], ["-"]),
        (["SIGINT"], ["-", "--dry-run"]),
        (["SIGTERM", "SIGTERM"], ["m.csv", "--id-map", "-", "--endpoints", "details"]),
    ],
)
async def test_signals_end_a_run_whose_input_is_idle(signals: list[str], given: list[str]) -> None:
    """The writer of the pipe is there, and silent: the second signal ends a run at once."""
    Path("m.csv").write_bytes(CSV)
    read, write = os.pipe()
    try:
        os.write(write, b"imdb_id,tmdb_id,media_type\n")
        process = await start("run", *given, "--lake", "l", tmdb=UNREACHED, stdin=read)
        async with asyncio.timeout(20):
            await until(lambda: not _unread(read))
            for name in signals:
                process.send_signal(getattr(signal, name))
                await asyncio.sleep(0.3)
            ended = await end(process)
    finally:
        os.close(read)
        os.close(write)
    assert ended.code == 130, ended.err
    assert "Traceback" not in ended.err


async def test_standard_input_that_can_only_be_written_is_told(tmp_path: Path) -> None:
    """Such as `run - 0>>file`: one sentence, exit 2."""
    with (tmp_path / "file").open("ab") as file:
        process = await start("run", "-", "--local", stdin=file.fileno())
    ended = await end(process)
    assert ended.code == 2, ended.err
    assert ended.err.count("\n") == 1
    assert "standard input can't be read (Bad file descriptor)" in ended.err
