"""Runs the real command line on a pseudo-terminal, as a person sees it."""

import os
import re
import signal
import sys
from functools import partial
from typing import TypedDict, Unpack

import pexpect
from command_line import TOKEN

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]")


class Terminal(TypedDict, total=False):
    """How a terminal differs from one of 100 columns, with colours."""

    columns: int
    no_color: bool
    term: str


def on_terminal(*args: str, tmdb: str, **terminal: Unpack[Terminal]) -> pexpect.spawn:
    """Start `python -m harvester ARGS` on a terminal."""
    term = terminal.get("term", "xterm-256color")
    environ = {**os.environ, "TMDB_BASE_URL": tmdb, "TMDB_TOKEN": TOKEN, "TERM": term}
    environ.pop("COLUMNS", None)
    if terminal.get("no_color"):
        environ["NO_COLOR"] = "1"
    return pexpect.spawn(
        sys.executable,
        ["-m", "harvester", *args],
        env=environ,
        dimensions=(30, terminal.get("columns", 100)),
        encoding="utf-8",
        timeout=60,
        # Ctrl-C means something even where the tests themselves run in the background.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def rest(child: pexpect.spawn) -> str:
    """Return all output until the command ends; its exit code is then in `exitstatus`."""
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before)


def plain(text: str) -> str:
    """Return the output without colours and cursor movements."""
    return _CONTROL.sub("", text)


def colours(text: str) -> list[str]:
    """Return the sequences that set a colour (bold and underline do not)."""
    found = re.findall(r"\x1b\[([0-9;]*)m", text)
    return [codes for codes in found if re.search(r"(?:^|;)(?:[349]\d|10[0-7])(?:;|$)", codes)]
