"""Whether bytes are JSON to their end (RFC 8259), in memory that does not grow with them.

What an API sends is spliced between our own bytes unparsed, so it must be one value and no more.
A parser would tell, but makes objects: 276 MB of 10 MB of `[],`.
"""

import codecs
import re
from typing import TypeVar

import msgspec

T = TypeVar("T")

MAX_DEPTH = 100
"""Arrays and objects in one another; TMDB's have 6, and readers give up at 1,000 or so."""

_STEP = 1 << 20
_BRACES = bytes.maketrans(b"[]", b"{}")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_NOT_MARKS = bytes(set(range(256)) - set(b'[]{}"'))
_RUNS = re.compile(rb'"[^"]*"|[\[{]+|[\]}]+')
_ROUNDS = 8


def decode(data: bytes, decoder: msgspec.json.Decoder[T], *, lone_surrogates: bool) -> T:
    r"""Return what `decoder` finds in `data`: whole and valid JSON, in UTF-8, at most 100 deep.

    `lone_surrogates` takes half of a surrogate pair (`"\ud83d"`, a text cut within an emoji), which
    the grammar allows. Raises `msgspec.ValidationError` when `data` is not of the decoder's type,
    another `ValueError` when it is not such JSON.
    """
    _check_utf8(data)
    try:
        found = decoder.decode(data)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        if not lone_surrogates:
            raise
        return decode(without_surrogates(data), decoder, lone_surrogates=False)
    if is_too_deep(data):
        raise ValueError("nested too deep")
    return found


def without_surrogates(data: bytes) -> bytes:
    r"""Return `data` with other characters for surrogates, of the same length and as valid.

    `\ud83d` becomes `\u083d`. Behind an escaped backslash `ud83d` is text, and stays valid text.
    """
    return data.replace(b"\\ud", b"\\u0").replace(b"\\uD", b"\\u0")


def is_too_deep(data: bytes) -> bool:
    """Return whether arrays and objects are nested deeper than `MAX_DEPTH` in valid JSON.

    Steps, the cheapest first; the early ones know nothing of strings, whose brackets can only make
    them doubt. A `{` next to a `}`, with no quote between, begins a sibling of what has just ended
    and leads no deeper: without these, 101 must open; after the first 101 as many must close. With
    no strings left, a few rounds of leaving out `[]` and `{}` must leave something. Else the
    brackets are followed one by one.
    """
    marks = data.translate(None, _NOT_MARKS)
    if marks.count(b"[") + marks.count(b"{") - marks.count(b"}{") <= MAX_DEPTH:
        return False
    if not _closes_enough(data):
        return False
    if b"\\" in data:
        unescaped = data.replace(b"\\\\", b"").replace(b'\\"', b"")
        marks = unescaped.translate(None, _NOT_MARKS)
    marks = marks.replace(b'""', b"")  # strings that hold brackets keep their quotes
    return not _is_shallow(marks) and _is_deep(marks)


def _closes_enough(data: bytes) -> bool:
    opened = data.translate(_BRACES, _NOT_BRACKETS).split(b"{", MAX_DEPTH + 1)
    return len(opened) > MAX_DEPTH + 1 and opened[-1].count(b"}") > MAX_DEPTH


def _is_shallow(marks: bytes) -> bool:
    if b'"' in marks:
        return False
    for _ in range(_ROUNDS):  # each leaves out one level, or two
        marks = marks.replace(b"[]", b"").replace(b"{}", b"")
    return not marks


def _is_deep(marks: bytes) -> bool:
    depth = 0
    for run in _RUNS.finditer(marks):
        first = run[0][:1]
        if first in b"[{":
            depth += len(run[0])
            if depth > MAX_DEPTH:
                return True
        elif first in b"]}":
            depth -= len(run[0])
    return False


def _check_utf8(data: bytes) -> None:
    if data.isascii():
        return
    if len(data) <= _STEP:
        data.decode()
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    for start in range(0, len(data), _STEP):
        decoder.decode(view[start : start + _STEP])
    decoder.decode(b"", final=True)
