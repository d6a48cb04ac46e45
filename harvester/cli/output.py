"""Data to stdout, for the next program."""

import os
import sys
from typing import Any

import orjson

from harvester.errors import UserError


def write_json(content: Any) -> None:
    """Print a value as indented JSON. Raises `UserError` where stdout takes no more."""
    data = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the end
        raise UserError(
            f"standard output takes no more: {error.strerror}; what is committed is safe"
        ) from None
