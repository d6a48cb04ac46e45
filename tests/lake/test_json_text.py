"""JSON as its grammar has it, where the fast parser refuses what is only odd."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.lake import json_text

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
ODD = st.text(st.characters(categories=["Cs", "L"]))


@given(VALUES | ODD | st.dictionaries(ODD, ODD))
def test_whatever_json_can_say_is_read(value: object) -> None:
    """Any value, halves of surrogate pairs too, comes back as it was."""
    if isinstance(value, float) and value in {float("inf"), float("-inf")}:
        return
    text = json.dumps(value)
    if "Infinity" not in text:
        assert json_text.loads(text.encode()) == json.loads(text)


@given(st.integers(-(10**300), 10**300))
def test_an_integer_beyond_64_bits_is_the_nearest_double(value: int) -> None:
    """Within 64 bits it is itself; a reader of JSON can't count on more (RFC 8259, 6)."""
    exact = -(2**63) <= value < 2**64
    assert json_text.loads(b"%d" % value) == (value if exact else float(value))


@pytest.mark.parametrize("text", [b'"\\ud83d cut"', b'{"a":"\\udc00"}', b"1e999", b"9" * 400])
def test_what_the_fast_parser_refuses(text: bytes) -> None:
    """These are JSON, and orjson says they are not: else this module is not needed."""
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(text)
    json_text.loads(text)


def test_a_number_of_thousands_of_digits_is_beyond_a_double() -> None:
    """`int` refuses 4,301 digits and more; as `1e999`, it is read as infinity."""
    assert json_text.loads(b"-" + b"9" * 10_000) == float("-inf")


def test_what_is_light_to_parse() -> None:
    """A megabyte of anything, and more of few values."""
    assert json_text.is_light(b"[" + b"1," * 499_000 + b"1]")
    assert json_text.is_light(b'["' + b"x" * 9_000_000 + b'"]')
    assert not json_text.is_light(b"[" + b"[]," * 3_000_000 + b"1]")


@pytest.mark.parametrize(
    "text",
    [b"", b"NaN", b"[Infinity]", b"{", b'"\xed\xa0\xbd"', b'"a\x01"', b"[" * 9_000, b"{'a':1}"],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    """Python's extras, bytes that are no UTF-8, what is cut and what is bottomless."""
    with pytest.raises(ValueError):  # noqa: PT011 - its kind is all that is promised
        json_text.loads(text)


SPACE = st.text(st.sampled_from(" \t\r\n"), max_size=3)


@given(st.lists(st.tuples(SPACE, VALUES | ODD, SPACE)), SPACE)
def test_elements_are_the_very_bytes_of_an_array(
    items: list[tuple[str, object, str]], around: str
) -> None:
    """Whatever white space lies between them; halves of surrogate pairs and numbers stay."""
    texts = [json.dumps(value) for _, value, _ in items]
    if any("Infinity" in text for text in texts):
        return
    inner = ",".join(f"{before}{json.dumps(value)}{after}" for before, value, after in items)
    array = f"{around}[{inner}]{around}".encode()
    assert json_text.elements(array) == [text.encode() for text in texts]


@pytest.mark.parametrize(
    "text", [b"", b"[", b"]", b"[,]", b"[1,]", b"[1 2]", b"[1]]", b"1", b'{"a":[1]}', b"[NaN]"]
)
def test_what_is_no_array_has_no_elements(text: bytes) -> None:
    """A `ValueError`, as for any text that is no JSON."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever its words
        json_text.elements(text)
