"""What each response of OMDb is worth: verdicts, errors, bodies."""

import gzip
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scripted_omdb import title

from harvester.errors import QuotaUsedUp, TokenRefused
from harvester.origins.omdb.answer import parse_answer
from harvester.origins.omdb.api import OMDB, checked_body
from harvester.upstream.api import Response, Verdict
from harvester.upstream.body import Damaged, Unproven, Unusable

ID = "tt0770828"
GOOD = title(ID)
PAGE = b"<html><h1>403 Forbidden</h1>cloudflare</html>"


def said(words: str) -> bytes:
    """Return an error in OMDb's words."""
    return json.dumps({"Response": "False", "Error": words}).encode()


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, GOOD, Verdict.GOOD),
        (200, title(ID, Title="False Flag"), Verdict.GOOD),
        (200, said("Movie not found!"), Verdict.GOOD),
        (200, said("Series or episode not found!"), Verdict.GOOD),
        (200, said("Incorrect IMDb ID."), Verdict.GOOD),
        (200, said("Error getting data."), Verdict.DOUBT),
        (200, said("Something went wrong."), Verdict.DOUBT),
        (200, gzip.compress(said("Error getting data."), mtime=0), Verdict.DOUBT),
        (200, said("Daily request limit reached!"), Verdict.STOP),
        (200, said("Invalid API key!"), Verdict.STOP),
        (401, said("Request limit reached!"), Verdict.STOP),
        (401, said("Invalid API key!"), Verdict.STOP),
        (401, said("No API key provided."), Verdict.STOP),
        (403, said("Invalid API key!"), Verdict.STOP),
        (401, gzip.compress(said("Invalid API key!"), mtime=0), Verdict.STOP),
        (401, PAGE, Verdict.BLOCKED),
        (403, PAGE, Verdict.BLOCKED),
        (401, b'{"message":"Unauthorized"}', Verdict.BLOCKED),
        (403, b"", Verdict.BLOCKED),
        (404, said("Movie not found!"), Verdict.FAIL),
        (404, PAGE, Verdict.FOREIGN),
        (429, said("Too many requests."), Verdict.THROTTLED),
        (429, b"", Verdict.THROTTLED),
        (500, said("Something went wrong."), Verdict.AGAIN),
        (503, said("Request limit reached!"), Verdict.AGAIN),
        (522, PAGE, Verdict.AGAIN),
        (301, b"", Verdict.AGAIN),
        (200, PAGE, Verdict.GOOD),  # its body is checked
    ],
)
def test_verdicts(status: int, body: bytes, verdict: Verdict) -> None:
    """Only the words tell a used-up quota from a bad key from a title that is not there."""
    assert OMDB.judge(Response(status, {}, body)) is verdict


@pytest.mark.parametrize("words", ["Request limit reached!", "Daily request limit reached!"])
@pytest.mark.parametrize("status", [200, 401])
def test_a_limit_is_a_quota(words: str, status: int) -> None:
    """It ends the run, which goes on another day."""
    error = OMDB.stopped_by(Response(status, {}, said(words)))
    assert isinstance(error, QuotaUsedUp)


def test_a_key_that_is_refused_is_named() -> None:
    """The variable, where to get one, and OMDb's known words; others could repeat the key."""
    error = OMDB.stopped_by(Response(401, {}, said("Invalid API key!")))
    assert isinstance(error, TokenRefused)
    assert str(error).startswith("OMDb refused the key (HTTP 401: Invalid API key!); check OMDB_")
    assert "https://www.omdbapi.com/apikey.aspx" in str(error)
    other = OMDB.stopped_by(Response(401, {}, said("The key 5ecre7 is unknown")))
    assert isinstance(other, TokenRefused)
    assert "5ecre7" not in str(other)


@pytest.mark.parametrize("repeated", [True, False])
def test_good_bodies_come_back_untouched(*, repeated: bool) -> None:
    """A title, an error, with white space around, and compressed without a word of it."""
    spaced = json.dumps(json.loads(GOOD), indent=2).encode() + b"\r\n"
    for body in (GOOD, spaced, said("Movie not found!")):
        assert checked_body(body, ID, repeated=repeated) is body
    assert checked_body(gzip.compress(GOOD), ID, repeated=repeated) == GOOD


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (GOOD.replace(b"Title tt", rb"inner\Spiritual tt"), "not_json"),
        (GOOD.replace(b"Title tt", rb"what they call \'it\' tt"), "not_json"),
        (GOOD.replace(b"Title tt", b"a\ttab tt"), "not_json"),
        (GOOD.replace(b"Title tt", b"a control\x1f tt"), "not_json"),
        (GOOD.replace(b"Title tt", b'the "quiet" tt'), "not_json"),
        (
            GOOD.replace(b'","Year"', rb'\","Year"').replace(b'", "Year"', rb'\", "Year"'),
            "not_json",
        ),
        (GOOD[:-1], "not_json"),
        (GOOD + b"}", "not_json"),
        (GOOD.replace(b"Title tt", b"\xff tt"), "not_json"),
        (title("tt0770829"), "another_id"),
        (b'{"Search":[],"totalResults":"0","Response":"True"}', "unexpected_shape"),
        (b'{"Response":"False"}', "unexpected_shape"),
        (b"{}", "unexpected_shape"),
    ],
)
def test_what_is_omdbs_but_wrong_must_come_twice_to_be_a_failure(body: bytes, reason: str) -> None:
    """The first time it is asked again, the second time there is no use in that."""
    with pytest.raises(Unproven, match=reason):
        checked_body(body, ID, repeated=False)
    with pytest.raises(Unusable, match=reason):
        checked_body(body, ID, repeated=True)


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize(
    ("body", "reason"), [(PAGE, "not_json"), (b"", "not_json"), (b"[]", "not_an_object")]
)
def test_what_is_not_omdbs_is_damage_on_the_way(
    body: bytes, reason: str, *, repeated: bool
) -> None:
    """A page that a gateway sends for all titles is never a failure of two of them."""
    with pytest.raises(Damaged, match=reason) as caught:
        checked_body(body, ID, repeated=repeated)
    assert not isinstance(caught.value, Unusable)


def test_half_of_a_surrogate_pair_is_believed_when_it_comes_twice() -> None:
    """It is JSON, but it may be damage, too."""
    body = GOOD.replace(b"Title tt", rb"\ud83d tt")
    with pytest.raises(Unproven):
        checked_body(body, ID, repeated=False)
    assert checked_body(body, ID, repeated=True) is body


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Response", "Error", "imdbID", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())


@settings(deadline=None)
@given(
    body=st.binary(max_size=200) | _JSON | st.integers(0, len(GOOD)).map(lambda cut: GOOD[:cut]),
    status=st.sampled_from([200, 401, 403, 404, 500]),
    repeated=st.booleans(),
)
@example(body=b'{"Response":"False","Error":' + b"[" * 100_000, status=200, repeated=True)
def test_any_bytes_are_kept_whole_or_refused(body: bytes, status: int, *, repeated: bool) -> None:
    """Never another exception; what is kept is the title that was asked for, or an error."""
    assert OMDB.judge(Response(status, {}, body)) in Verdict
    try:
        kept = checked_body(body, ID, repeated=repeated)
    except (Damaged, Unproven):
        return
    assert kept == body
    found = parse_answer(kept, lone_surrogates=True)
    assert found.error is not None or found.is_of(ID)
