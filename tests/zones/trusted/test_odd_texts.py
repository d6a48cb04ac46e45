"""Record files with halves of surrogate pairs become ones that every engine reads."""

import json
from pathlib import Path

import orjson
from hypothesis import given
from hypothesis import strategies as st

from harvester.zones.trusted.odd_texts import readable, tamed

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


def test_only_what_needs_it_is_copied(tmp_path: Path) -> None:
    """Files without such a text, and what is no local file, are read where they lie."""
    (tmp_path / "a.json").write_bytes(b'["\\u0026 \\ud83d\\ude00"]')
    (tmp_path / "b.json").write_bytes(b'["\\ud83d"]')
    paths = [str(tmp_path / "a.json"), str(tmp_path / "b.json"), "s3://bucket/c.json"]
    found = readable(paths, tmp_path / "copies")
    assert found[::2] == paths[::2]
    assert Path(found[1]).parent == tmp_path / "copies"
    assert (tmp_path / "b.json").read_bytes() == b'["\\ud83d"]'
