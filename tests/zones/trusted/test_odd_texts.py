"""Record files with halves of surrogate pairs become ones that every engine reads."""

import json

import orjson
from hypothesis import given
from hypothesis import strategies as st

from harvester.zones.trusted.odd_texts import engine_text, tamed

ODD = st.text(
    st.characters(categories=["Cs", "L", "Po"], include_characters='"\\/\u0000'), max_size=8
)
VALUES = st.recursive(
    st.none() | st.integers() | ODD, lambda inner: st.lists(inner) | st.dictionaries(ODD, inner)
)


@given(VALUES)
def test_any_json_becomes_readable_and_keeps_the_rest(value: object) -> None:
    """The fast parser takes what comes out, and what it took before is not touched."""
    data = json.dumps(value).encode()
    tame = tamed(data)
    orjson.loads(tame)
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        assert tame != data
    else:
        assert tame == data


def test_what_stands_in_its_place() -> None:
    """An object that shows the text; whole pairs and escaped backslashes are left alone."""
    data = b'[{"a":"x \\ud83d cut","b":"\\ud83d\\ude00","c":"\\\\ud83d","k\\udc00":1}]'
    assert orjson.loads(tamed(data)) == [
        {"a": {"not_unicode": "x \\ud83d cut"}, "b": "\U0001f600", "c": "\\ud83d", "k\ufffd": 1}
    ]


def test_what_needs_no_change_is_given_back() -> None:
    """The very same bytes: whoever has them in a file need not copy it."""
    data = b'["\\u0026 \\ud83d\\ude00"]'
    assert engine_text(data) is data
    assert engine_text(b'["\\ud83d"]') == tamed(b'["\\ud83d"]') != b'["\\ud83d"]'
