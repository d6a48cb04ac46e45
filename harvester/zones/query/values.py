"""A value of an answer as text, for a cell, and as JSON."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from sys import getsizeof
from typing import Any

import orjson

_LEAST, _BEYOND = -(2**63), 2**64
_PRINTABLE = range(0x20, 0x7F)
_ENDS = {date.min, date.max, datetime.min, datetime.max}  # noqa: DTZ901 - they have none
"""What DuckDB's Python makes of an endless date or timestamp, in any time zone."""


def text_value(value: Any) -> str:
    """Return a value as a CSV has it: null is empty, what is nested is JSON."""
    return _TEXTS.get(type(value), _plain_text)(value)


def json_value(value: Any) -> Any:
    """Return a value as orjson writes it: every number with all its digits, infinite ones null."""
    make: Callable[[Any], Any] = _JSON.get(type(value), text_value)
    return make(value)


def json_document(text: Any) -> Any:
    """Return a value of DuckDB's type JSON as the JSON that it is, or as text where it is none."""
    if not isinstance(text, str):
        return json_value(text)
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return orjson.Fragment(text)


def endless_in_words(row: tuple[Any, ...], places: Sequence[int]) -> tuple[Any, ...]:
    """Return a row whose endless values at `places` are the texts that stand behind its columns.

    A text may also hold the word `infinity` for another reason, and Python's first and last time
    may be meant: only both together say that a value is endless.
    """
    width = len(row) - len(places)
    texts = row[width:]
    if not any(texts):
        return row[:width]
    cells = list(row[:width])
    for place, text in zip(places, texts, strict=True):
        if text is not None and _holds_an_end(cells[place]):
            cells[place] = text
    return tuple(cells)


def size_of(value: Any) -> int:
    """Return about how many bytes a value holds."""
    kind = type(value)
    if kind is list or kind is tuple:
        return getsizeof(value) + sum(map(size_of, value))
    if kind is dict:
        return getsizeof(value) + sum(map(size_of, [*value, *value.values()]))
    return getsizeof(value)


def _holds_an_end(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_an_end, [*value, *value.values()]))
    if isinstance(value, list | tuple):
        return any(map(_holds_an_end, value))
    return isinstance(value, date) and value in _ENDS


def _plain_text(value: object) -> str:
    return str(value)


def _nested_text(value: Any) -> str:
    return orjson.dumps(json_value(value)).decode()


def _bytes_text(value: bytes) -> str:
    return "".join(chr(byte) if byte in _PRINTABLE else f"\\x{byte:02X}" for byte in value)


def _number_json(value: int) -> Any:
    return value if _LEAST <= value < _BEYOND else orjson.Fragment(str(value))


def _decimal_json(value: Decimal) -> Any:
    return orjson.Fragment(f"{value:f}") if value.is_finite() else None


def _object_json(value: dict[Any, Any]) -> dict[str, Any]:
    return {text_value(key): json_value(one) for key, one in value.items()}


def _array_json(value: list[Any] | tuple[Any, ...]) -> list[Any]:
    return [json_value(one) for one in value]


def _as_it_is(value: Any) -> Any:
    return value


_TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
    datetime: lambda value: value.isoformat(" "),
    date: date.isoformat,
    time: time.isoformat,
    Decimal: lambda value: f"{value:f}",
    bytes: _bytes_text,
    dict: _nested_text,
    list: _nested_text,
    tuple: _nested_text,
}
_JSON: dict[type, Callable[[Any], Any]] = {
    type(None): _as_it_is,
    bool: _as_it_is,
    str: _as_it_is,
    float: _as_it_is,
    int: _number_json,
    Decimal: _decimal_json,
    datetime: datetime.isoformat,
    dict: _object_json,
    list: _array_json,
    tuple: _array_json,
}
