"""How a response is judged: verdicts and bodies."""

import gzip
import hashlib
import json
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.origins.tmdb import responses
from harvester.origins.tmdb.responses import check_body, judge
from harvester.upstream.api import Response, Verdict
from harvester.upstream.body import Damaged, Unproven

CREDITS = b'{"id":550,"cast":[{"id":819,"name":"Edward Norton"}],"crew":[]}'
TV_CREDITS = b'{"cast":[{"id":17419,"name":"Bryan Cranston"}],"crew":[],"id":1396}'
DETAILS = b'{"adult":false,"genres":[{"id":18,"name":"Drama"}],"id":550,"imdb_id":"tt0137523"}'

APPENDED = b'{"genres":[{"id":5}],"id":278,"credits":{"cast":[{"id":9}],"id":6}}'


def etag(body: bytes) -> str:
    """Return TMDB's ETag of a body."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


WRONG = etag(b"something else")


@pytest.mark.parametrize(
    ("statuses", "expected", "in_other_words"),
    [
        ([200], Verdict.GOOD, Verdict.GOOD),
        ([401, 403], Verdict.STOP, Verdict.BLOCKED),
        ([429], Verdict.THROTTLED, Verdict.THROTTLED),
        ([400, 404, 405, 406, 410, 422], Verdict.FAIL, Verdict.FOREIGN),
        ([500, 502, 503, 504, 520, 599, 408, 425], Verdict.AGAIN, Verdict.AGAIN),
        (
            [201, 204, 206, 301, 302, 304, 307, 308, 407, 418, 451],
            Verdict.AGAIN,
            Verdict.AGAIN,
        ),
    ],
)
def test_verdicts(statuses: list[int], expected: Verdict, in_other_words: Verdict) -> None:
    """Every row of the table; what TMDB never sends says nothing about a title or the token.

    Neither does what others send in its place.
    """
    for body in (b'{"status_code":7}', gzip.compress(b'{"status_code":7}'), b'{"errors":[]}'):
        assert {judge(Response(status, {}, body)) for status in statuses} == {expected}
    for status in statuses:
        for body in (b"", b"<html>", b"[]", b'{"status_code":%d}' % status, b'{"message":"no"}'):
            assert judge(Response(status, {}, body)) is in_other_words


@pytest.mark.parametrize(
    ("body", "tmdb_id"),
    [
        (CREDITS, 550),
        (TV_CREDITS, 1396),
        (DETAILS, 550),
        (APPENDED, 278),
        (b'{"movie_results":[]}', None),
    ],
)
@pytest.mark.parametrize("strong", [True, False])
def test_a_proven_body_comes_back_untouched(
    body: bytes, tmdb_id: int | None, *, strong: bool
) -> None:
    """A matching ETag, weak or strong, and the right id wherever TMDB puts it."""
    tag = etag(body).removeprefix("W/") if strong else etag(body)
    assert check_body(body, tag, tmdb_id) is body


@pytest.mark.parametrize("tag", [None, "", '"v1.2"', "W/garbage", f"{etag(CREDITS)}, W/x"])
def test_without_a_usable_etag_a_whole_object_will_do(tag: str | None) -> None:
    """A missing ETag, or one that is not 32 hex digits, neither confirms nor refutes a body."""
    assert check_body(CREDITS, tag, 550) == CREDITS


@pytest.mark.parametrize(
    "tag",
    [
        WRONG,
        f'"{hashlib.md5(CREDITS, usedforsecurity=False).hexdigest()}"',
        f'"{hashlib.sha256(gzip.compress(CREDITS, mtime=0)).hexdigest()[:32]}"',
    ],
)
def test_an_etag_of_something_else_leaves_it_unproven(tag: str) -> None:
    """Another body's, an MD5, the gzipped bytes': complete, but to be fetched again."""
    with pytest.raises(Unproven):
        check_body(CREDITS, tag, 550)


@pytest.mark.parametrize("tag", [None, WRONG, "own"])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"<html><body>502 Bad Gateway</body></html>", "not_json"),
        (CREDITS[:-1], "not_json"),
        (CREDITS[: len(CREDITS) // 2], "not_json"),
        (CREDITS + b"x", "not_json"),
        (b"\xff" + CREDITS, "not_json"),
        (b"[" + CREDITS + b"]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"{}"', "not_an_object"),
        (CREDITS.replace(b"550", b"551"), "another_id"),
        (b'{"cast":[{"id":550,"name":"x"}]}', "another_id"),
        (b'{"id":"550","cast":[]}', "another_id"),
        (b'{"id":550,"x":[1,2}', "not_json"),
        (b'{"id":550,"x":NaN}', "not_json"),
        (b'{"id":550,"x":"\xff"}', "not_json"),
        (b'{"id":550}},{"x":{"y":1}', "not_json"),
        (b'{"id":550,"x":%b%b}' % (b"[" * 100, b"]" * 100), "not_json"),
    ],
)
def test_a_damaged_body_is_never_kept(body: bytes, reason: str, tag: str | None) -> None:
    """Empty, HTML, cut, not UTF-8, not an object, or another title's."""
    own = etag(body) if body[-1:] == b"}" or body[:1] in b"[n" else None  # the sender's own
    with pytest.raises(Damaged) as caught:
        check_body(body, own if tag == "own" else tag, 550)
    assert caught.value.args == (reason,)


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        (DETAILS, 18),  # the genre's id
        (CREDITS, 819),  # an actor's
        (CREDITS, 55),
        (CREDITS, 5500),
        (TV_CREDITS, 139),
        (TV_CREDITS, 17419),
        (b'{"x":{"id":7,"a":1},"id":70}', 7),
        (b'{"id":70,"x":[{"a":1,"id":7}]}', 7),
        (b'{"id":70,"x":"{\\"id\\":7,"}', 7),
        (APPENDED, 5),
        (APPENDED, 9),
        (APPENDED, 6),
    ],
)
def test_only_the_objects_own_id_counts(body: bytes, asked: int) -> None:
    """A complete body of another title is refused, even if it contains the requested id."""
    with pytest.raises(Damaged, match="another_id"):
        check_body(body, etag(body), asked)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("around", [b"", b" \r\n"])
def test_white_space_changes_nothing(indent: int | None, around: bytes) -> None:
    """A pretty-printed body, or one with white space around it, is good when its id is."""
    body = around + json.dumps({"x": 1, "id": 7}, indent=indent).encode() + around
    assert check_body(body, etag(body), 7) is body
    assert check_body(body, None, 7) is body


def test_unlabelled_gzip_is_gunzipped() -> None:
    """The plain bytes come back, confirmed by the plain bytes' ETag, or unconfirmed."""
    packed = gzip.compress(CREDITS, mtime=0)
    assert check_body(packed, etag(CREDITS), 550) == CREDITS
    assert check_body(packed, None, 550) == CREDITS
    with pytest.raises(Unproven):
        check_body(packed, WRONG, 550)


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(CREDITS, mtime=0)[:-1],
        gzip.compress(CREDITS, mtime=0)[:20],
        gzip.compress(CREDITS, mtime=0)[:2],
        gzip.compress(CREDITS, mtime=0) + b"x",
        gzip.compress(CREDITS[:9], mtime=0) + gzip.compress(CREDITS[9:], mtime=0),
        gzip.compress(CREDITS, mtime=0)[:-8] + bytes(8),
        b"\x1f\x8b" + CREDITS,
    ],
)
def test_broken_gzip_is_damaged(packed: bytes) -> None:
    """Cut anywhere, with trailing bytes, with a wrong checksum, or not gzip at all."""
    with pytest.raises(Damaged, match="bad_gzip"):
        check_body(packed, etag(CREDITS), 550)


def test_a_gzip_bomb_is_refused_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body of the cap's size passes; one byte more is too large, and inflating stops."""
    monkeypatch.setattr(responses, "MAX_BODY_BYTES", 1_000)
    fits = b'{"a":"' + b"x" * 992 + b'"}'
    assert len(fits) == 1_000
    assert check_body(gzip.compress(fits), None, None) == fits
    for bomb in (gzip.compress(fits + b" "), gzip.compress(bytes(50_000_000))):
        with pytest.raises(Damaged, match="too_large"):
            check_body(bomb, None, None)


def _pack(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


_BODIES = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=200).map(lambda tail: b"\x1f\x8b" + tail),
    st.binary(max_size=200).map(_pack),
    st.sampled_from([CREDITS, TV_CREDITS, DETAILS]).flatmap(
        lambda body: st.integers(0, len(body)).map(lambda cut: body[:cut])
    ),
    st.sampled_from([CREDITS, TV_CREDITS, DETAILS]).map(_pack),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "cast", "x"]), inner, max_size=3)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(deadline=None)
@given(
    body=_BODIES,
    tag=st.sampled_from([None, "own", WRONG]) | st.text(max_size=40),
    tmdb_id=st.sampled_from([None, 0, 1, 550, 1396]),
)
@example(body=b"[" * 100_000, tag="own", tmdb_id=None)
def test_any_bytes_are_kept_whole_or_refused(
    body: bytes, tag: str | None, tmdb_id: int | None
) -> None:
    """Never another exception; what is kept is the input or its gunzip, an object with its id.

    Also when TMDB's own hash confirms it: a hash proves transport, not honesty.
    """
    try:
        kept = check_body(body, etag(body) if tag == "own" else tag, tmdb_id)
    except (Damaged, Unproven):
        return
    assert kept == (zlib.decompress(body, wbits=31) if body[:2] == b"\x1f\x8b" else body)
    parsed = json.loads(kept)
    assert isinstance(parsed, dict)
    assert tmdb_id is None or parsed["id"] == tmdb_id


@pytest.mark.parametrize(
    ("number", "is_it"),
    [("278", True), ("278.0", True), ("278.5", False), ("true", False), ('"278"', False)],
)
def test_an_id_is_a_number_however_it_is_written(number: str, *, is_it: bool) -> None:
    """JSON knows one kind of number, and some writers give whole ones a fraction."""
    body = b'{"id":%b}' % number.encode()
    if is_it:
        assert check_body(body, None, 278) == body
    else:
        with pytest.raises(Damaged, match="another_id"):
            check_body(body, None, 278)
