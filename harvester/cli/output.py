"""What a command says: data and lines on stdout, words on stderr; all of it is made visible."""

import sys
from typing import Any

import orjson
import typer

from harvester.cli.streams import lost_output
from harvester.errors import UserError
from harvester.run.visible import visible, visible_json


def show(*lines: str) -> None:
    """Print lines on stdout, each of them one line whatever is in it."""
    for line in lines:
        typer.echo(visible(line))


def say(*lines: str) -> None:
    """Print lines on stderr, each of them one line whatever is in it."""
    for line in lines:
        typer.echo(visible(line), err=True)


def write_json(content: Any) -> None:
    """Print a value as indented JSON. Raises as `ensure_written` does."""
    write_json_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def write_json_bytes(data: bytes) -> None:
    """Print JSON as it is, but made visible. Raises as `ensure_written` does."""
    sys.stdout.flush()
    sys.stdout.buffer.write(visible_json(data.decode()).encode())
    ensure_written()


def ensure_written() -> None:
    """End a command whose work is what it prints. Raises `UserError` where stdout took it not."""
    if (said := lost_sentence()) is not None:
        raise UserError(said)


def lost_sentence() -> str | None:
    """Return what to say where stdout took no more, or None."""
    lost = lost_output()
    if lost is None:
        return None
    return f"standard output takes no more: {lost.strerror}; what is committed is safe"
