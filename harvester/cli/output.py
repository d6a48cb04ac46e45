"""Data to stdout, for the next program."""

import sys
from typing import Any

import orjson


def write_json(content: Any) -> None:
    """Print a value as indented JSON."""
    sys.stdout.buffer.write(
        orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
    sys.stdout.flush()
