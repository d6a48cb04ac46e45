"""Reads JSON as its grammar has it, where the fast parser refuses what is only odd."""

import json
from typing import Any, NoReturn

import orjson

_WHITE = " \t\r\n"
_MOST_DIGITS = 4_000
_LIGHT_BYTES = 1_000_000
_LIGHT_VALUES = 100_000


def loads(data: bytes) -> Any:
    r"""Parse JSON; like `orjson.loads`, and what that refuses though it is JSON (RFC 8259), too.

    That is half of a surrogate pair (`"\ud83d"`, a text cut within an emoji) and a number beyond
    a double. As with orjson an integer beyond 64 bits is the nearest double. Raises `ValueError`.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            return json.loads(data.decode("utf-8"), parse_constant=_no_constant, parse_int=_number)
        except RecursionError:
            raise ValueError("nested too deep") from None


def elements(data: bytes) -> list[bytes]:
    """Return the elements of an array, each as its own bytes. Raises `ValueError` for no array.

    It reads what `loads` reads, and is slow: for what a fast parser refuses.
    """
    decoder = json.JSONDecoder(parse_constant=_no_constant, parse_int=_number)
    text = data.decode().strip(_WHITE)
    if not (text.startswith("[") and text.endswith("]")):
        raise ValueError("is no array")
    found: list[bytes] = []
    at, last = _after_white(text, 1), len(text) - 1
    while at < last or found:
        try:
            _, end = decoder.raw_decode(text, at)
        except RecursionError:
            raise ValueError("nested too deep") from None
        found.append(text[at:end].encode())
        at = _after_white(text, end)
        if at == last:
            break
        if text[at : at + 1] != ",":
            raise ValueError("is no array")
        at = _after_white(text, at + 1)
    return found


def _after_white(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in _WHITE:
        at += 1
    return at


def is_light(data: bytes) -> bool:
    """Return whether valid JSON can be parsed in about 30 MB beside its strings.

    10 MB of `[],` would take 276. Each value but the first follows a comma or a bracket.
    """
    if len(data) <= _LIGHT_BYTES:
        return True
    return sum(map(data.count, (b",", b"[", b"{"))) <= _LIGHT_VALUES


def _number(digits: str) -> float:
    """Return an integer; one beyond a double, which `int` may refuse, is infinite like `1e999`."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
