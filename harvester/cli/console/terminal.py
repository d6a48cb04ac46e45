"""Consoles and tables of rich that show what isn't ours as it is: no markup, no escape sequence."""

import sys
from collections.abc import Callable, Iterable
from io import TextIOBase
from typing import Any, TextIO, cast

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from harvester.run.visible import visible

UNCUT = 1_000_000_000
"""Columns where no terminal is: in a pipe, a file or a log a table is neither cut nor folded."""


def open_console(*, stderr: bool, quiet: bool = False) -> Console:
    """Return a console on stdout or stderr; where that is no terminal, its lines are not cut."""
    stream = sys.stderr if stderr else sys.stdout
    return _as_it_is(stderr=stderr, quiet=quiet, width=None if stream.isatty() else UNCUT)


def console_on(stream: TextIOBase) -> Console:
    """Return a console on what is no terminal, whatever the environment says of colours."""
    file = cast("TextIO", stream)
    return _as_it_is(file=file, force_terminal=False, no_color=True, width=UNCUT)


def _as_it_is(**options: Any) -> Console:
    return Console(soft_wrap=True, markup=False, emoji=False, highlight=False, **options)


def say_on(console: Console, line: str) -> None:
    """Print one line, which is never cut or wrapped."""
    console.print(Text(visible(line)), soft_wrap=True)


class Rows(Table):
    """A table whose cells of text are shown as they are."""

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        """Add a row; a `Text` keeps its style."""
        super().add_row(*map(_safe, cells), **options)


def print_fitting(tables: Iterable[Rows], lines: Callable[[int], Iterable[str]]) -> None:
    """Print on stdout the first table that fits, else the lines for so narrow a terminal."""
    console = open_console(stderr=False)
    for table in tables:
        if _needed(console, table) <= console.width:
            console.print(table)
            return
    for line in lines(console.width):
        say_on(console, line)


def _needed(console: Console, table: Rows) -> int:
    """Return how many columns a table takes uncut: rich measures no more than it may use."""
    return console.measure(table, options=console.options.update(max_width=UNCUT)).maximum


def _safe(cell: RenderableType | None) -> RenderableType | None:
    if isinstance(cell, str):
        return Text(visible(cell))
    if isinstance(cell, Text) and not cell.plain.isprintable():
        return Text(visible(cell.plain), style=cell.style)
    return cell
