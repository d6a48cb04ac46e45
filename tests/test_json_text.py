"""JSON as its grammar has it, where the fast parser refuses what is only odd."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import json_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
ODD = st.text(st.characters(categories=["Cs", "L"]))


@given(VALUES | ODD | st.dictionaries(ODD, ODD))
def test_whatever_json_can_say_is_read(value: object) -> None:
    """Any value, with halves of surrogate pairs and long numbers, comes back as it was."""
    if isinstance(value, float) and value in {float("inf"), float("-inf")}:
        return
    text = json.dumps(value)
    if "Infinity" not in text:
        assert json_text.loads(text.encode()) == json.loads(text)


@pytest.mark.parametrize("text", [b'"\\ud83d cut"', b'{"a":"\\udc00"}', b"1e999", b"9" * 400])
def test_what_the_fast_parser_refuses(text: bytes) -> None:
    """These are JSON, and orjson says they are not: else this module is not needed."""
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(text)
    json_text.loads(text)


@pytest.mark.parametrize(
    "text",
    [b"", b"NaN", b"[Infinity]", b"{", b'"\xed\xa0\xbd"', b'"a\x01"', b"[" * 9_000, b"{'a':1}"],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    """Python's extras, bytes that are no UTF-8, what is cut and what is bottomless."""
    with pytest.raises(ValueError):  # noqa: PT011 - its kind is all that is promised
        json_text.loads(text)
