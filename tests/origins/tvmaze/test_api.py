"""What a response of TVmaze is worth, by its status, its address and its words."""

import pytest

from harvester.origins.tvmaze.api import Expected, TvmazeApi
from harvester.upstream.api import Response, Verdict
from harvester.upstream.body import Damaged, Unproven

API = TvmazeApi("https://api.tvmaze.com")
HTML = b"<html>Not Found</html>"


def _said(status: int) -> bytes:
    return b'{"name":"X","message":"","code":0,"status":%d}' % status


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, b"{}", Verdict.GOOD),
        (404, b"", Verdict.FAIL),  # as recorded in 2017
        (404, _said(404), Verdict.FAIL),
        (
            404,
            b'{"name":"Not Found","message":"Unknown episode","code":0,"status":404}',
            Verdict.FAIL,
        ),
        (404, HTML, Verdict.FOREIGN),
        (404, b'{"message":"no route"}', Verdict.FOREIGN),
        (404, _said(500), Verdict.FOREIGN),
        (400, _said(400), Verdict.FAIL),
        (410, HTML, Verdict.FOREIGN),
        (401, _said(401), Verdict.BLOCKED),  # there is no token to refuse
        (403, HTML, Verdict.BLOCKED),
        (429, b"", Verdict.THROTTLED),
        (500, _said(500), Verdict.AGAIN),
        (503, HTML, Verdict.AGAIN),
        (407, b"", Verdict.AGAIN),
        (206, b"{}", Verdict.AGAIN),
    ],
)
def test_statuses(status: int, body: bytes, verdict: Verdict) -> None:
    """A 404 is believed in TVmaze's words alone."""
    assert API.judge(Response(status, {}, body)) is verdict


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "show"),
    [
        ("https://api.tvmaze.com/shows/82", b"82"),
        ("https://api.tvmaze.com:443/shows/82", b"82"),
        ("https://API.tvmaze.com/shows/82", b"82"),
        ("/shows/82", b"82"),
        ("http://api.tvmaze.com/shows/82", None),
        ("https://www.tvmaze.com/shows/82", None),
        ("https://api.tvmaze.com.example/shows/82", None),
        ("https://api.tvmaze.com@example.com/shows/82", None),
        ("https://api.tvmaze.com:8443/shows/82", None),
        ("https://api.tvmaze.com/shows/0", None),
        ("https://api.tvmaze.com/shows/82/episodes", None),
        ("https://api.tvmaze.com/x/shows/82", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_redirects(status: int, location: str, show: bytes | None) -> None:
    """Only one to a show of the same address is good, and only where a lookup was asked for."""
    response = Response(status, {"Location": location}, b"")
    if show is None:
        assert API.judge(response) is Verdict.AGAIN
        return
    assert API.judge(response) is Verdict.GOOD
    assert API.check(response, Expected("lookup"), repeated=False) == show
    with pytest.raises(Damaged, match=f"http_{status}"):
        API.check(response, Expected("show", 82), repeated=False)


def test_a_lookup_that_does_not_redirect_is_no_answer() -> None:
    """A body says nothing of where the show is: clients that follow by themselves see this."""
    with pytest.raises(Damaged, match="http_200"):
        API.check(Response(200, {}, b'{"id":82}'), Expected("lookup"), repeated=False)


def test_what_nothing_proves_must_come_twice() -> None:
    """Half of a surrogate pair is JSON, and may be damage; what is no JSON stays none."""
    half = Response(200, {}, b'[{"id":1,"x":"\\udc4d"}]')
    with pytest.raises(Unproven):
        API.check(half, Expected("array"), repeated=False)
    assert API.check(half, Expected("array"), repeated=True) == half.body
    with pytest.raises(Damaged, match="not_json"):
        API.check(Response(200, {}, b"[{]"), Expected("array"), repeated=True)


def test_the_probe_is_a_show() -> None:
    """A page with status 200 is not TVmaze."""
    assert API.probe == ("shows/1", {})
    assert API.is_up(b'{"id":1,"name":"Under the Dome"}')
    assert not API.is_up(HTML)
    assert not API.is_up(b"[]")
