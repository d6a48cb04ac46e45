"""Shows are cut out of a page as they stand there, whatever they hold."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.errors import DocumentError
from harvester.origins.tvmaze.index.page import KeptPage, Slice, is_page, read_page, slices

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)
SHOWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(500, 750)}, optional={"externals": JSON, "name": JSON, "x": JSON}
    ),
    max_size=6,
)
SPACE = st.sampled_from(["", " ", "\n", "\r\n\t  "])


@given(SHOWS, SPACE, SPACE, st.booleans())
@example([{"id": 500, "x": 1.0}, {"id": 500, "x": 1.0}], "\n", " ", False)
def test_a_show_is_its_own_bytes(
    shows: list[dict[str, Any]], before: str, after: str, is_ascii: bool
) -> None:
    """Numbers, escapes and white space inside stay; what stands between two shows is of neither."""
    texts = [json.dumps(show, ensure_ascii=is_ascii, indent=1).encode() for show in shows]
    space, end = before.encode(), after.encode()
    body = end + b"[" + (end + b"," + space).join(space + one for one in texts) + end + b"]" + space
    cut = [body[one.start : one.end] for one in slices(body, 2)]
    assert cut == texts


def test_a_show_is_cut_whatever_a_parser_would_make_of_it() -> None:
    """A float that is whole, an escape, a half of a surrogate pair, a number beyond a double."""
    shows = [
        b'{"id":1,"rating":{"average":7.0},"name":"\\u00e9 \\/ \\ud83d"}',
        b'{ "id" : 2 , "weight":1e999, "externals" : { "imdb" : "tt0000002" } }',
        b'{"id":3,"big":123456789012345678901234567890,"externals":{"imdb":"tt3"}}',
    ]
    body = b"[" + b" , ".join(shows) + b"]\n"
    found = list(slices(body, 0))
    assert [body[one.start : one.end] for one in found] == shows
    assert [(one.show_id, one.imdb_id) for one in found] == [(1, None), (2, 2), (3, 3)]


@pytest.mark.parametrize(
    ("externals", "number"),
    [
        (b'{"tvrage":1,"imdb":"tt0944947"}', 944947),
        (b'{"imdb":" tt0944947\\n"}', 944947),
        (b'{"imdb":"TT0944947"}', None),
        (b'{"imdb":"nm0944947"}', None),
        (b'{"imdb":"tt"}', None),
        (b'{"imdb":""}', None),
        (b'{"imdb":944947}', None),
        (b'{"imdb":null}', None),
        (b"{}", None),
        (b"[]", None),
        (b"null", None),
        (b'"tt0944947"', None),
    ],
)
def test_the_imdb_id_of_a_show(externals: bytes, number: int | None) -> None:
    """What is no IMDb id joins nothing, and costs neither the show nor the page."""
    body = b'[{"id":7,"externals":%b}]' % externals
    assert list(slices(body, 0)) == [Slice(7, number, 1, len(body) - 1)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"[1]",
        b"[[]]",
        b"[{}]",
        b'[{"id":"1"}]',
        b'[{"id":null}]',
        b'[{"id":1},]',
        b'[{"id":1}',
        b'[{"id":1}]x',
        b'[{"id":1,"x":"\xff"}]',
        b'[{"id":251}]',  # of the next page
        b'[{"id":-1}]',
        b'[{"id":1,"x":' + b"[" * 200 + b"]" * 200 + b"}]",
        b"<html></html>",
    ],
)
def test_what_is_no_page(body: bytes) -> None:
    """Any other body, and another page, is refused."""
    assert not is_page(body, 0)


def test_a_page_may_have_gaps_and_begin_with_either_id() -> None:
    """Page 1 has shows with ids between 250 and 500; TVmaze says no more than that."""
    assert is_page(b"[]", 1)
    assert is_page(b'[{"id":250},{"id":300}]', 1)
    assert is_page(b'[{"id":251},{"id":500}]', 1)
    assert not is_page(b'[{"id":249}]', 1)
    assert not is_page(b'[{"id":501}]', 1)


@pytest.mark.parametrize("body", [b"[]", b' [{"id":1,\n"x":"\xc3\xa9"}]\n', None])
def test_a_page_is_kept_byte_for_byte(body: bytes | None) -> None:
    """The document is JSON, and gives the page back as it came, with the time."""
    kept = KeptPage(0, "2026-11-24T07:00:00Z", body)
    said = json.loads(kept.to_json())
    assert said["response"] == (None if body is None else json.loads(body))
    assert (said["version"], said["request"]) == (1, "shows?page=0")
    found, shows = read_page("key", 0, kept.to_json())
    assert found == kept
    assert len(shows) == (0 if body is None else len(json.loads(body)))


GOOD = KeptPage(3, "2026-11-24T07:00:00Z", b'[{"id":751}]').to_json()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GOOD[:-1],
        GOOD[:-2] + b"\n",
        GOOD.replace(b'"version":1', b'"version":2'),
        GOOD.replace(b"page=3", b"page=4"),
        GOOD.replace(b"11-24", b"13-24"),
        GOOD.replace(b"751", b"7510"),
        GOOD.replace(b'[{"id":751}]', b"[],[]"),
        GOOD.replace(b'[{"id":751}]', b'{"id":751}'),
        b"{" + GOOD,
    ],
)
def test_a_damaged_page_says_what_to_do(data: bytes) -> None:
    """Whoever may write into a lake may write anything."""
    with pytest.raises(DocumentError, match=r"^key is damaged: delete it and run the same command"):
        read_page("key", 3, data)
