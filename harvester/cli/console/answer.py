"""An answer to SQL as a table on a terminal or in a pipe."""

from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

from rich.cells import cell_len
from rich.console import Console

from harvester.cli.console.terminal import Rows, open_console, say_on
from harvester.cli.output import say
from harvester.run.visible import visible
from harvester.words import counted
from harvester.zones.query.answer import AnswerColumn, QueryAnswer
from harvester.zones.query.values import text_value

MOST_ROWS = 1_000
MOST_CHARACTERS = 200
"""What a table shows of an answer, and of a cell."""
_GAP = 2
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


def print_answer(answer: QueryAnswer) -> None:
    """Print the first rows as a table; where a terminal is too narrow for it, one below the other.

    How many they are is said on stderr.
    """
    columns, batches = answer.rows()
    cells = ([_cell(value) for value in row] for row in chain.from_iterable(batches))
    first = list(islice(cells, MOST_ROWS + 1))
    rows = first[:MOST_ROWS]
    console = open_console(stderr=False)
    widths = _widths(columns, rows)
    wide = sum(widths) + _GAP * (len(widths) - 1)
    if console.is_terminal and wide > console.width:
        _print_records(console, columns, rows)
    else:
        console.print(_table(columns, widths, rows))
    if len(first) > MOST_ROWS:
        say(f"the first {MOST_ROWS:,} rows; --csv, --json and --parquet give all")
    else:
        say(counted(len(first), "row"))


def _table(columns: list[AnswerColumn], widths: list[int], rows: list[list[str]]) -> Rows:
    table = Rows(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            visible(column.name),
            justify="right" if column.type.startswith(_NUMBERS) else "left",
            no_wrap=True,
            width=width,
        )
    for row in rows:
        table.add_row(*row)
    return table


def _print_records(console: Console, columns: list[AnswerColumn], rows: list[list[str]]) -> None:
    wide = max(len(visible(column.name)) for column in columns)
    for number, row in enumerate(rows, 1):
        say_on(console, f"row {number}")
        for column, cell in zip(columns, row, strict=True):
            say_on(console, f"  {visible(column.name):{wide}}  {cell}")


def _widths(columns: Sequence[AnswerColumn], rows: list[list[str]]) -> list[int]:
    names = [visible(column.name) for column in columns]
    return [max(map(cell_len, cells)) for cells in zip(names, *rows, strict=True)]


def _cell(value: Any) -> str:
    text = "NULL" if value is None else text_value(value)
    if len(text) > MOST_CHARACTERS:
        text = f"{text[: MOST_CHARACTERS - 1]}…"
    return visible(text)
