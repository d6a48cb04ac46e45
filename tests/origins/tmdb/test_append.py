"""Details with appended objects, split into one body each: equal to a parser's result."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from csvs import shared
from hypothesis import given
from hypothesis import strategies as st

from harvester.origins.tmdb import append
from harvester.origins.tmdb.append import Parts, split_body
from harvester.origins.tmdb.endpoints import ENDPOINTS

NAMES = ("credits", "keywords", "watch/providers")
CAST = [{"id": n, "name": "Somebody", "roles": [{"credit_id": "x"}]} for n in range(100)]


def wire(value: object) -> bytes:
    """Serialize JSON as TMDB does."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def parsed_split(body: bytes, names: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
    """Split by parsing: the details, and each appended object that is a valid endpoint body."""
    details = json.loads(body)
    values = {name: details.pop(name) for name in names if name in details}
    number = details.get("id")
    return details, {
        name: value | {"id": number}
        for name, value in values.items()
        if isinstance(value, dict)
        and "status_code" not in value
        and value.get("id", number) == number
    }


def assert_equal(body: bytes, names: tuple[str, ...]) -> Parts:
    """Assert that a body is split as a parser would split it, and return its parts."""
    parts = split_body(body, names)
    assert parts is not None
    details, below = parsed_split(body, names)
    assert json.loads(parts.details) == details
    assert {name: json.loads(piece) for name, piece in parts.below.items()} == below
    assert parts.tmdb_id == details.get("id")
    return parts


KEYS = st.sampled_from([*NAMES, "id", "status_code", "a", 'b",', "},", '{"credits":{', "é"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0.5, 1e300, -0.0])
    | st.sampled_from(['},"', ',"credits":{', '"keywords":{}', "\\", '\\"', "}", "{", "a\u0000\n"])
    | st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
WRITERS = st.sampled_from(
    [
        {"separators": (",", ":")},
        {"separators": (",", ":"), "ensure_ascii": False},
        {},
        {"indent": 1},
        {"separators": (" ,", ":")},
        {"separators": (",\r\n", " : ")},
    ]
)


@given(
    details=OBJECTS,
    below=st.lists(st.tuples(st.sampled_from(NAMES), OBJECTS | VALUES), max_size=4),
    writer=WRITERS,
    large=st.sampled_from([0, 2_048]),
    padding=st.sampled_from(["", "x" * 2_100, '},"' * 700]),
)
def test_any_body_is_split_as_a_parser_splits_it(
    details: dict[str, Any],
    below: list[tuple[str, Any]],
    writer: dict[str, Any],
    large: int,
    padding: str,
) -> None:
    """Whatever strings and nested objects contain, in any order and spacing, duplicate keys too.

    With `_LARGE` 0 the largest piece is never parsed, so it can't hold what only parsing detects.
    """
    members = [*details.items(), ("id", 278), *below]
    for place, (key, value) in enumerate(members):
        if isinstance(value, dict) and (padding or large == 0):
            known = {k: v for k, v in value.items() if k not in {"id", "status_code"}}
            members[place] = (key, known | {"padding": padding})
    text = ",".join(f"{json.dumps(key)}:{json.dumps(value, **writer)}" for key, value in members)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(append, "_LARGE", large)
        assert_equal(b"{" + text.encode() + b"}", NAMES)


def test_usual_bodies_are_cut_untouched() -> None:
    """Details and objects are TMDB's bytes, except for the `id`."""
    body = (
        b'{"adult":false,"id":278,"t":"\\u0026\\/","n":1.50,"credits":{"cast":%b,"crew":[]},'
        b'"keywords":{"keywords":[{"id":1,"name":"a\\u0026b"}]}}' % wire(CAST)
    )
    parts = assert_equal(body, ("credits", "keywords"))
    assert parts.details == b'{"adult":false,"id":278,"t":"\\u0026\\/","n":1.50}'
    assert parts.below == {
        "credits": b'{"cast":%b,"crew":[],"id":278}' % wire(CAST),
        "keywords": b'{"keywords":[{"id":1,"name":"a\\u0026b"}],"id":278}',
    }


def test_usual_bodies_are_never_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast path is really used, also when an object is missing or empty."""
    monkeypatch.setattr(append, "_by_members", pytest.fail)
    people = {"cast": CAST, "crew": []}
    details = {"id": 278, "belongs_to_collection": {"id": 1, "name": ',"keywords":{'}}
    assert_equal(wire(details | {"credits": people, "keywords": {"keywords": []}}), NAMES)
    assert_equal(wire(details | {"credits": people}), NAMES)
    assert_equal(wire(details | {"keywords": {}}), NAMES)
    assert_equal(wire(details), NAMES)


@pytest.mark.parametrize(
    ("more", "there"),
    [
        ({"credits": {"cast": CAST}, "extra": {"credits": {"cast": CAST}}}, {"credits"}),
        ({"extra": {"a": 1, "credits": {"cast": CAST}}}, set()),
        ({"combined": {"a": 1, "credits": {"cast": CAST}}, "keywords": {}}, {"keywords"}),
        ({"keywords": {"a": 1}, "credits": {"cast": CAST}}, {"keywords", "credits"}),
        ({"credits": {"cast": CAST, "keywords": {"a": 1}}}, {"credits"}),
        ({"credits": {"cast": CAST}, "reviews": {"a": 1}, "keywords": {}}, {"credits", "keywords"}),
        ({"credits": None, "keywords": []}, set()),
        ({"credits": {"status_code": 11, "success": False}}, set()),
        ({"credits": {"id": 279, "cast": []}, "keywords": {"id": 278}}, {"keywords"}),
    ],
)
def test_what_lies_deeper_or_elsewhere_is_not_mistaken(
    more: dict[str, Any], there: set[str]
) -> None:
    """Nested names, other orders, unasked objects, nulls, errors, another title's object."""
    parts = assert_equal(wire({"id": 278, **more}), ("credits", "keywords"))
    assert parts.below.keys() == there


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"id":278,', b"null", b"<html></html>", b'{"a" 1}', b'{"id":1}}']
)
def test_what_is_no_object_has_no_parts(body: bytes) -> None:
    """Saying what is wrong with it is the client's task."""
    assert split_body(body, NAMES) is None


@pytest.mark.parametrize("filler", [b"[],", b"0,", b'{"a":1},'])
def test_a_body_of_millions_of_values_is_not_parsed(filler: bytes) -> None:
    """Where its layout leaves doubt it has no parts, and each endpoint is asked by itself."""
    values = b"[%b0]" % (filler * (9_000_000 // len(filler)))
    body = b'{"x":%b,"id":278,"credits":{"cast":[]},"more":1}' % values
    tracemalloc.start()
    try:
        assert split_body(body, NAMES) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000
    largest = b'{"id":278,"credits":{"cast":%b},"keywords":{"keywords":[]}}' % values
    parts = split_body(largest, NAMES)
    assert parts is not None
    assert parts.below["credits"] == b'{"cast":%b,"id":278}' % values


def test_tmdb_takes_all_that_the_table_can_append() -> None:
    """At most 20 at once: https://developer.themoviedb.org/docs/append-to-response."""
    assert len(ENDPOINTS) - 1 <= 20


def _recorded() -> list[Path]:
    folder = Path(__file__).parents[4] / "shared/tmdb/recorded"
    return sorted(
        path for path in folder.glob("*_append/*.json") if not path.name.endswith(".headers.json")
    )


@pytest.mark.parametrize("indented", [False, True])
def test_recorded_bodies_are_split_as_a_parser_splits_them(*, indented: bool) -> None:
    """Each recorded body, as TMDB sent it or pretty-printed by a recorder, with all its names."""
    shared("tmdb/recorded")
    seen = 0
    for path in _recorded():
        body = path.read_bytes().strip()
        whole = json.loads(body)
        every = [
            template.removeprefix("movie/{id}/").removeprefix("tv/{id}/")
            for endpoint in ENDPOINTS.values()
            for template in (endpoint.movie or endpoint.tv or "",)
        ]
        names = tuple(name for name in whole if name in every or name == "reviews")
        if indented:
            body = json.dumps(whole, indent=2).encode()
        parts = assert_equal(body, names)
        assert parts.below.keys() == set(names)
        assert_equal(body, tuple(name for name in every if name in whole))
        seen += 1
    assert seen > 50
