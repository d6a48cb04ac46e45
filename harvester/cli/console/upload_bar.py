"""What a person sees of an upload: a bar over bytes on a terminal, else a line at times."""

import time
from collections import Counter
from typing import Self

from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from harvester.cli.console.terminal import say_on
from harvester.inputs.upload import Step, Uploaded, UploadObserver
from harvester.stores import Upload
from harvester.words import counted

_PLAIN_LINE_SECONDS = 30.0
_ENDS: dict[Upload, str] = {
    "written": "uploaded, checksum compared",
    "same": "skipped, the same bytes are there",
    "replaced": "replaced other bytes, checksum compared; runs planned over those can't be resumed",
    "taken": "left out, other bytes are there",
}


class UploadBar:
    """Watches one upload and says it to a console on stderr; use as a context manager.

    `keys` are those of the files that are in the lake by now.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,  # keys go to stdout, and this is stderr
            redirect_stderr=False,
            disable=not console.is_terminal,
        )
        self._tasks = {
            step: self._bar.add_task(step, total=None) for step in ("reading", "sending")
        }
        self._moved: Counter[Step] = Counter()
        self._total = 0
        self._said_at = time.monotonic()
        self.keys: list[str] = []
        self.observer = UploadObserver(self._start, self._move, self._end)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _start(self, total: int) -> None:
        self._total = total
        for task in self._tasks.values():
            self._bar.update(task, total=total)

    def _move(self, step: Step, number: int) -> None:
        self._moved[step] += number
        self._bar.update(self._tasks[step], completed=self._moved[step])
        now = time.monotonic()
        if not self._console.is_terminal and now > self._said_at + _PLAIN_LINE_SECONDS:
            self._said_at = now
            self._say(f"{step}: {decimal(self._moved[step])} of {decimal(self._total)}")

    def _end(self, done: Uploaded) -> None:
        facts = done.facts
        if done.how != "taken":
            self.keys.append(done.key)
        self._say(
            f"{done.key}: {_ENDS[done.how]} ({facts.bytes:,} bytes, "
            f"{counted(facts.distinct, f'{facts.kind} title')} in {counted(facts.rows, 'row')}, "
            f"{facts.rejected:,} rejected)"
        )

    def _say(self, text: str) -> None:
        say_on(self._bar.console, text)
