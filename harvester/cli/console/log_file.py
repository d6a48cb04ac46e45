"""`--log-file`: what a run says, appended to a file line by line, each with its time."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from harvester.cli.console.terminal import console_on
from harvester.clock import now
from harvester.errors import HarvesterError, SettingError
from harvester.run.visible import visible
from harvester.settings import without_tokens


class LogFile(io.TextIOBase):
    """A stream whose lines go into a file, with their time and without a token; its `console`.

    That the disk is full stops no run: what can't be written then is lost.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._line = ""
        self.console = console_on(self)

    def write(self, text: str) -> int:
        """Write the lines that end in a text, and keep the beginning of the next one."""
        *lines, self._line = (self._line + text).split("\n")
        self.say(*(line.rstrip() for line in lines))
        return len(text)

    def say(self, *lines: str) -> None:
        """Write lines; one that is empty is left out."""
        with suppress(OSError):
            for line in filter(None, lines):
                self._file.write(f"{now()} {without_tokens(visible(line), os.environ)}\n")
            self._file.flush()


@contextmanager
def open_log_file(path: Path | None) -> Iterator[LogFile | None]:
    """Open a file to append to, if one is named; the error that ends the run is written, too.

    Raises `SettingError` where it can't be written.
    """
    if path is None:
        yield None
        return
    try:
        file = path.open("a", encoding="utf-8", errors="backslashreplace")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can be named like that"
        raise SettingError(f"--log-file {path} can't be written: {why}") from None
    log = LogFile(file)
    try:
        yield log
    except HarvesterError as error:
        log.say(f"harvester: {error}")
        raise
    finally:
        with suppress(OSError):
            file.close()
