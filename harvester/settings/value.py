"""A setting's value, and who set it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Value:
    """A setting's value, the text it was read from, and its origin, such as `HARVESTER_RATE`.

    `in_file`: the origin is a key of a file.
    """

    value: Any
    text: Any
    origin: str
    in_file: bool = False
