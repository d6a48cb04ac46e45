"""Valid JSON to its end: held to Python's own parser, at any depth, in little memory."""

import json
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any, NoReturn

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.upstream import valid_json

ANY = msgspec.json.Decoder(msgspec.Raw)


def taken(data: bytes, *, lone_surrogates: bool = True) -> bool:
    """Return whether it is taken."""
    try:
        valid_json.decode(data, ANY, lone_surrogates=lone_surrogates)
    except ValueError:
        return False
    return True


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _parsed(data: bytes) -> Any:
    """Parse as the grammar has it; pairs stay pairs, so that no duplicate key hides depth."""
    return json.loads(
        data.decode("utf-8"),
        parse_constant=_no_constant,
        parse_int=len,
        parse_float=len,
        object_pairs_hook=lambda pairs: dict(enumerate(value for _, value in pairs)),
    )


def expected(data: bytes) -> bool:
    """Return whether Python's parser takes it, and it is not too deep."""
    try:
        value = _parsed(data)
    except (ValueError, RecursionError):
        return False
    return _depth(value) <= valid_json.MAX_DEPTH


TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from('[]{}"\\,:'), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=15,
)
PIECES = [
    b"[",
    b"]",
    b"{",
    b"}",
    b'"',
    b"\\",
    b",",
    b":",
    b"NaN",
    b"\xff",
    b"\xed\xa0\xbd",
    b"\xc3",
]
PIECES += [b"\\ud83d", b"\\uDE00", b'\\"', b"\x00", b"\n", b"01", b"1e999", b"-", b"[" * 120]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw JSON with bytes flipped, inserted, left out, or none of that."""
    ascii_only = draw(st.booleans())
    data = json.dumps(draw(VALUES), ensure_ascii=ascii_only).encode()
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=2))
        data = data[:at] + piece + data[at + draw(st.integers(0, 2)) :]
    return data


@settings(max_examples=500, deadline=None)
@given(mutated())
@example(b'{"a":"\\ud83d cut"}')
@example(b'"\\\\ud83d"')
@example(b'"\\uD83d\\ude00\\udc00"')
@example(b"\\ud83d")
@example(b"9" * 5_000)
def test_it_takes_what_pythons_parser_takes(data: bytes) -> None:
    """Neither more nor less, whatever is flipped, inserted or cut."""
    assert taken(data) is expected(data)


def _nested(depth: int, kinds: Callable[[], int]) -> bytes:
    """Return JSON of exactly this depth, among siblings, and strings that look like more."""
    opened = []
    data = b""
    for _ in range(depth):
        kind = kinds()
        before = [b"", b'"}",', b'"]{\\"[",', b"{},[],", b'[{"a":[]},"}"],'][kind % 5]
        if kind % 2:
            data += b"[" + before
            opened.append(b"]")
        else:
            data += b'{"}{":[%b],"a":' % before.rstrip(b",")
            opened.append(b"}")
    return data + b"1" + b"".join(reversed(opened))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("beside", [0, 300])
def test_a_hundred_levels_and_no_more(seed: int, beside: int) -> None:
    """Brackets in strings neither hide depth nor add any, whatever stands between."""
    chance = random.Random(seed)
    for depth in (99, 100, 101, 150):
        data = _nested(depth, lambda: chance.randrange(10))
        level = _depth(_parsed(data))  # the innermost sibling may be deeper than the chain
        assert taken(data) is (level <= 100), (depth, level)
        beside_it = b"[%b%b]" % (b'{"a":"}{]["},' * beside, data)
        assert taken(beside_it) is (level <= 99)


def test_texts_of_brackets_are_no_depth() -> None:
    """A text may hold hundreds of them, as may any number of texts."""
    assert taken(b'{"overview":"%b"}' % (b"[" * 500))
    assert taken(b"[" + b'"[",' * 500 + b"1]")
    assert taken(b'{"a":"' + b'\\"[{' * 200 + b'"}')
    assert taken(json.dumps([{"a": [[{"b": [1]}]]}] * 300).encode())


@pytest.mark.parametrize("opening", ['"["', """'{"a":'"""])
def test_a_bomb_of_depth_ends_no_process(opening: str) -> None:
    """Five million levels are refused: no crash of the interpreter, no deep recursion."""
    program = (
        "import msgspec; from harvester.upstream import valid_json\n"
        f"data = {opening}.encode() * 5_000_000\n"
        "try: valid_json.decode(data, msgspec.json.Decoder(msgspec.Raw), lone_surrogates=True)\n"
        "except ValueError as error: print(error)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "nested too deep\n", "")


def test_an_unproven_half_of_a_pair_is_refused() -> None:
    """It may be damage; a whole pair is a character."""
    assert not taken(b'"\\ud83d"', lone_surrogates=False)
    assert taken(b'"\\ud83d\\ude00"', lone_surrogates=False)


@pytest.mark.parametrize(
    "data",
    [
        b"[" + b"[]," * 3_000_000 + b"1]",
        b'["' + b"\\ud800" * 1_500_000 + b'"]',
        b'["' + "é😀".encode() * 1_500_000 + b'"]',
        b"[" + (b"[" * 90 + b"]" * 90 + b",") * 50_000 + b"1]",
    ],
    ids=["many", "surrogates", "wide", "deep"],
)
def test_memory_is_that_of_three_copies(data: bytes) -> None:
    """A parser would take up to 28 times the bytes."""
    tracemalloc.start()
    try:
        assert taken(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3.2 * len(data)
