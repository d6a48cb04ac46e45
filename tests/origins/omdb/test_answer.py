"""What an answer of OMDb is read as."""

import json
import re

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.origins.omdb.answer import OmdbAnswer, error_in, parse_answer

REASON = re.compile(r"[^\x00-\x1f\x7f]{1,300}")


def parsed(value: object) -> OmdbAnswer:
    """Return what a value's JSON is read as."""
    return parse_answer(json.dumps(value).encode(), lone_surrogates=False)


def test_a_title_an_error_and_what_is_neither() -> None:
    """Only `Response` tells; values of another type are as if they were missing."""
    title = {"imdbID": "tt0000001", "Type": "series", "Response": "True"}
    assert parsed(title) == OmdbAnswer(imdb_id="tt0000001", kind="series")
    assert parsed({"Response": "False", "Error": "No!"}) == OmdbAnswer(error="No!")
    assert parsed({"Response": "False"}) == OmdbAnswer()
    assert parsed({"Search": [], "totalResults": "0", "Response": "True"}) == OmdbAnswer()
    for odd in (1, None, True, ["tt0000001"], {"a": "tt0000001"}, "x" * 3_000):
        assert parsed({**title, "imdbID": odd}).imdb_id is None
        assert parsed({**title, "Response": odd}) == OmdbAnswer()


@pytest.mark.parametrize(
    ("named", "asked", "is_it"),
    [
        ("tt0111161", "tt0111161", True),
        ("tt111161", "tt0111161", True),
        ("tt0111162", "tt0111161", False),
        ("tt01111610", "tt0111161", False),
        ("0111161", "tt0111161", False),
        ("tt", "tt0111161", False),
        (None, "tt0111161", False),
    ],
)
def test_an_id_is_a_number(named: str | None, asked: str, *, is_it: bool) -> None:
    """However many zeros it is written with, and nothing but `tt` before it."""
    assert OmdbAnswer(imdb_id=named).is_of(asked) is is_it


@given(st.text(st.characters(codec=None)))
@example("Movie\r\n not\tfound!\x00")
@example("\ud83d")
@example("")
@example("x" * 10_000)
def test_any_error_is_a_reason(error: str) -> None:
    """On one line, without control characters, not too long, and UTF-8 can write it."""
    reason = OmdbAnswer(error=error).reason
    assert REASON.fullmatch(reason)
    assert reason.encode()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"{}"', b'{"Response":"False"', b"\xff"])
def test_errors_are_looked_for_in_any_body(body: bytes) -> None:
    """What is no answer of OMDb's has no error."""
    assert error_in(body, 1_000) is None


def test_what_is_no_json_raises() -> None:
    """`ValidationError` for another shape, another `ValueError` for what is no JSON."""
    with pytest.raises(msgspec.ValidationError):
        parse_answer(b"[]", lone_surrogates=False)
    with pytest.raises(ValueError, match="invalid escape"):
        parse_answer(rb'{"Plot":"\S"}', lone_surrogates=False)
    half = rb'{"Plot":"\ud83d","Response":"False","Error":"No!"}'
    assert parse_answer(half, lone_surrogates=True).error == "No!"
