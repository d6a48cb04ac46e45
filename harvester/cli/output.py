"""Data to stdout, for the next program."""

import sys
from typing import Any

import orjson

from harvester.cli.streams import lost_output
from harvester.errors import UserError


def write_json(content: Any) -> None:
    """Print a value as indented JSON. Raises as `ensure_written` does."""
    data = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
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
