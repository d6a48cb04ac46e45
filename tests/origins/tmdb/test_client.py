"""The client against a TMDB in memory: what it sends, and what each response leads to."""

import asyncio
import email.utils
import gzip
import itertools
import logging
import time
import traceback

import aiohttp
import pytest
from aioresponses import CallbackResult
from mocked_tmdb import (
    API_KEY,
    BASE_URL,
    BEARER,
    TOKEN,
    Answer,
    Answering,
    good,
    mocked_tmdb,
    reply,
    scripted,
    throttled,
)
from virtual_time import in_virtual_time, now

from harvester import __version__
from harvester.errors import TokenRefused, UpstreamDown
from harvester.origins.tmdb.client import MAX_ATTEMPTS, Failure
from harvester.upstream.credential import Credential

BODY = b'{"id":278,"cast":[]}'
OTHER = b'{"id":278,"cast":[],"crew":[]}'
PATH = "movie/278/credits"
WRONG_ETAG = {"ETag": f'W/"{"0" * 32}"'}


def assert_no_token(error: BaseException) -> None:
    """Assert that no text of an error, its causes and its traceback shows the token."""
    shown = "".join(traceback.format_exception(error, chain=True)) + repr(error)
    while error.__context__ is not None:
        error = error.__context__
        shown += repr(error) + str(error)
    assert TOKEN not in shown


@in_virtual_time
async def test_a_token_travels_in_the_header_alone() -> None:
    """A read token is sent as Bearer, with Accept and User-Agent headers, and never in the URL."""
    async with mocked_tmdb(scripted(good(BODY)), credential=BEARER) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == BODY
    (seen,) = upstream.seen
    assert seen.headers["Authorization"] == f"Bearer {TOKEN}"
    assert seen.headers["Accept"] == "application/json"
    assert seen.headers["Accept-Encoding"] == "gzip"
    assert seen.headers["User-Agent"] == f"tmdb-harvester/{__version__}"
    assert str(seen.url) == f"{BASE_URL}/{PATH}"


@in_virtual_time
async def test_a_key_travels_in_the_query_alone() -> None:
    """A v3 key is sent as `api_key` beside the request's parameters, in no header."""
    async with mocked_tmdb(scripted(good(BODY)), credential=API_KEY) as upstream:
        assert await upstream.get(PATH, {"language": "pt-BR"}, 278) == BODY
        await upstream.client.check()
    asked, probed = upstream.seen
    assert dict(asked.url.query) == {"api_key": TOKEN, "language": "pt-BR"}
    assert dict(probed.url.query) == {"api_key": TOKEN}
    for seen in upstream.seen:
        assert TOKEN not in str(seen.headers)


@in_virtual_time
async def test_parameters_are_sent_at_every_attempt() -> None:
    """Language and source are in the query, also of a retry."""
    params = {"external_source": "imdb_id", "language": "pt-BR"}
    async with mocked_tmdb(scripted(reply(status=503), good(b"{}"))) as upstream:
        assert await upstream.get("find/tt0111161", params) == b"{}"
    assert [dict(seen.url.query) for seen in upstream.seen] == [params] * 2


@in_virtual_time
@pytest.mark.parametrize("status", [400, 404, 405, 406, 410, 422])
async def test_tmdbs_no_to_one_title_is_a_failure(status: int) -> None:
    """It is a value, returned after one request and no probe."""
    answer = reply(b'{"status_code":34}', status)
    async with mocked_tmdb(scripted(answer)) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == Failure(f"http_{status}")
    assert len(upstream.seen) == 1


@in_virtual_time
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("credential", [BEARER, API_KEY])
async def test_a_refused_token_stops_the_run(
    status: int, credential: Credential, caplog: pytest.LogCaptureFixture
) -> None:
    """It is raised after one request, says what to check, and shows the token nowhere."""
    caplog.set_level(logging.DEBUG)
    answer = reply(b'{"status_code":7}', status)
    async with mocked_tmdb(scripted(answer, probe=answer), credential=credential) as upstream:
        for asking in (upstream.get(PATH), upstream.client.check()):
            with pytest.raises(TokenRefused, match="TMDB_TOKEN") as caught:
                await asking
            assert_no_token(caught.value)
        assert TOKEN not in repr(upstream.client) + repr(credential)
    assert len(upstream.seen) == 2
    assert TOKEN not in caplog.text


@in_virtual_time
async def test_a_token_refused_at_a_retry_stops_the_run_too() -> None:
    """A token suspended during the run is not a failure of a title."""
    async with mocked_tmdb(scripted(reply(status=500), reply(status=401))) as upstream:
        with pytest.raises(TokenRefused):
            await upstream.get(PATH)


@in_virtual_time
async def test_a_token_refused_at_the_probe_stops_the_run_too() -> None:
    """A probe that gets 401 stops the run."""
    answers = scripted(reply(status=500), probe=reply(status=401))
    async with mocked_tmdb(answers) as upstream:
        with pytest.raises(TokenRefused):
            await upstream.get(PATH)


@in_virtual_time
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(status=500), "http_500"),
        (reply(b"<html>", 502), "http_502"),
        (reply(status=503), "http_503"),
        (reply(status=504), "http_504"),
        (reply(status=302, headers={"Location": "https://login.test/"}), "http_302"),
        (reply(status=204, body=b""), "http_204"),
        (reply(b"<html>"), "not_json"),
        (reply(b"[]"), "not_an_object"),
        (good(b'{"id":279}'), "another_id"),
        (reply(b"\x1f\x8b"), "bad_gzip"),
        (aiohttp.ClientConnectionError("reset"), "connection"),
        (aiohttp.ClientPayloadError("cut"), "broken_body"),
        (ConnectionResetError("reset"), "connection"),
        (TimeoutError(), "timeout"),
        (aiohttp.ServerTimeoutError(), "timeout"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_may_pass_is_tried_eight_times(answer: Answer, reason: str) -> None:
    """Then it is a Failure, as two probes found TMDB up; a good answer before that ends it."""
    async with mocked_tmdb(scripted(answer)) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == Failure(reason)
        assert upstream.count(PATH) == MAX_ATTEMPTS == 8
        assert upstream.count("authentication") == 2
        assert upstream.tally.requests() == {"sent": 10, "retried": 7, "throttled": 0}
    async with mocked_tmdb(scripted(*[answer] * 7, good(BODY))) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == BODY
        assert upstream.count(PATH) == 8


@in_virtual_time
@pytest.mark.parametrize(
    "probe",
    [
        reply(status=500),
        reply(b"<html>", 502),
        reply(b"<html>Just a moment"),
        reply(status=302),
        aiohttp.ClientConnectionError("refused"),
        TimeoutError(),
    ],
    ids=["500", "502", "html", "redirect", "refused", "silent"],
)
async def test_no_failure_while_tmdb_is_down(probe: Answer) -> None:
    """The probe does not get TMDB's answer: the run stops within seconds, and no title fails."""
    async with mocked_tmdb(scripted(reply(status=500), probe=probe)) as upstream:
        asked = [upstream.get(f"movie/{n}") for n in range(40)]
        ends = await asyncio.gather(*asked, return_exceptions=True)
        with pytest.raises(UpstreamDown, match="later"):
            await upstream.client.check()
    assert [type(end) for end in ends] == [UpstreamDown] * 40
    assert now() < 10
    assert upstream.count("authentication") == 4


@in_virtual_time
async def test_backoff_is_short_for_faults_and_jittered() -> None:
    """Eight attempts at a 500 wait at most 0.05 s times 2ⁿ in between, with random jitter."""
    async with mocked_tmdb(scripted(reply(status=500))) as upstream:
        await asyncio.gather(*(upstream.get(f"movie/{n}") for n in range(10)))
    firsts, seconds = [], []
    for number in range(10):
        times = [seen.at for seen in upstream.seen if seen.path == f"movie/{number}"]
        gaps = [after - before for before, after in itertools.pairwise(times)]
        assert all(gap < 0.05 * 2**n + 0.1 for n, gap in enumerate(gaps))
        firsts.append(gaps[0])
        seconds.append(sum(gaps))
    assert max(firsts) - min(firsts) > 0.005
    assert max(seconds) > 1


@in_virtual_time
@pytest.mark.parametrize("probe", [good(b"{}"), reply(b"nope", 404), throttled()])
async def test_check_takes_any_sensible_answer(probe: CallbackResult) -> None:
    """A good answer, a mirror without that path, a 429: TMDB is reachable and not synthetic."""
    async with mocked_tmdb(scripted(probe=probe)) as upstream:
        assert await upstream.client.check() is False
    assert [seen.path for seen in upstream.seen] == ["authentication"]


@in_virtual_time
async def test_check_knows_the_simulator() -> None:
    """The simulator's header makes the run's data synthetic."""
    probe = reply(headers={"X-Harvester-Synthetic": "1"})
    async with mocked_tmdb(scripted(probe=probe)) as upstream:
        assert await upstream.client.check() is True


@in_virtual_time
async def test_a_probe_waits_for_its_turn() -> None:
    """A pause delays probes, too."""
    async with mocked_tmdb(scripted(good(BODY))) as upstream:
        upstream.client.pace.pause(5)
        await upstream.client.check()
    assert upstream.seen[0].at >= 5


@in_virtual_time
async def test_check_is_patient_for_seconds() -> None:
    """A TMDB that comes up during the check is found."""

    def answering(_: str) -> Answer:
        return good(b"{}") if now() > 2 else aiohttp.ClientConnectionError("refused")

    async with mocked_tmdb(answering) as upstream:
        assert await upstream.client.check() is False


@in_virtual_time
async def test_a_429_costs_no_attempt() -> None:
    """Thirty of them, then seven faults, then a good answer: no failure, no probe."""
    answers = [throttled("0")] * 30 + [reply(status=500)] * 7 + [good(BODY)]
    async with mocked_tmdb(scripted(*answers)) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == BODY
    assert upstream.tally.requests() == {"sent": 39, "retried": 37, "throttled": 30}


@in_virtual_time
async def test_a_429_without_retry_after_waits_a_second_or_so() -> None:
    """Full jitter on 1 s, 2 s, 4 s…, and the whole run drops to 0.7 of the rate at once."""
    async with mocked_tmdb(scripted(*[throttled()] * 4, good(BODY)), rate=100) as upstream:
        asking = asyncio.create_task(upstream.get(PATH, tmdb_id=278))
        await asyncio.sleep(0.001)
        assert upstream.tally.throttled == 1
        assert upstream.client.pace.current == pytest.approx(70, abs=0.1)
        assert upstream.client.pace.paused_for == 0
        assert await asking == BODY
    times = [seen.at for seen in upstream.seen]
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert all(gap < 2**n + 0.1 for n, gap in enumerate(gaps))
    assert sum(gaps) > 0.5


def _date(seconds: float) -> str:
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


@in_virtual_time
@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7.1),
        ("date", 6.9, 9),
        ("600", 60, 60.1),
        ("later", 60, 60.1),
        ("0", 0, 0.1),
        ("-3", 0, 0.1),
        ("next week", 0, 1.1),
    ],
)
async def test_retry_after_pauses_everybody(header: str, least: float, most: float) -> None:
    """Seconds or a date, at most a minute, garbage counts as absent: no request starts earlier."""
    header = {"date": _date(9), "later": _date(600)}.get(header, header)
    async with mocked_tmdb(scripted(throttled(header), good(BODY)), rate=50) as upstream:
        asking = asyncio.create_task(upstream.get(PATH, tmdb_id=278))
        await asyncio.sleep(0.001)
        assert upstream.tally.throttled == 1
        others = [asyncio.create_task(upstream.get(f"movie/{n}", tmdb_id=278)) for n in range(3)]
        assert await asyncio.gather(asking, *others) == [BODY] * 4
    first, *rest = [seen.at for seen in upstream.seen]
    if header == "next week":  # the others don't wait for this one's backoff
        least = 0
    assert least <= min(rest) - first
    assert max(rest) - first <= most + 0.2
    assert upstream.client.pace.paused_for == 0


@in_virtual_time
async def test_a_probe_that_hears_429_holds_the_run_back() -> None:
    """The pause that a probe's 429 asks for applies to every request."""
    async with mocked_tmdb(scripted(good(BODY), probe=throttled("5"))) as upstream:
        assert await upstream.client.check() is False
        assert upstream.client.pace.paused_for == pytest.approx(5, abs=0.01)
        assert upstream.client.pace.current < 1_000
        assert upstream.tally.throttled == 1


@in_virtual_time
@pytest.mark.parametrize("header", [None, "1", "60"])
async def test_nothing_but_429_for_three_minutes_ends_the_run(header: str | None) -> None:
    """It is UpstreamDown, after three to five minutes, and no request fails."""
    async with mocked_tmdb(scripted(throttled(header)), rate=40) as upstream:
        with pytest.raises(ExceptionGroup) as caught:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(upstream.get(f"movie/{n}")) for n in range(5)]
    assert {type(error) for error in caught.value.exceptions} == {UpstreamDown}
    assert all(task.cancelled() or task.exception() for task in asked)
    assert 180 < now() < 300


@in_virtual_time
async def test_a_429_after_a_long_rest_is_only_a_429() -> None:
    """Ten minutes without requests (a slow store, a big plan) are not ten minutes of 429."""
    answers = [good(BODY), throttled(), good(BODY), throttled(), good(BODY)]
    async with mocked_tmdb(scripted(*answers)) as upstream:
        for _ in range(3):
            assert await upstream.get(PATH, tmdb_id=278) == BODY
            await asyncio.sleep(600)
        assert upstream.tally.throttled == 2


@in_virtual_time
async def test_a_wrong_etag_needs_the_same_bytes_twice() -> None:
    """A body whose ETag does not match is kept only when a second fetch gives the same bytes."""
    unproven = reply(BODY, headers=WRONG_ETAG)
    async with mocked_tmdb(scripted(unproven)) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == BODY
        assert upstream.count(PATH) == 2
    other = reply(OTHER, headers=WRONG_ETAG)
    async with mocked_tmdb(scripted(unproven, other, good(BODY))) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == BODY
        assert upstream.count(PATH) == 3
    packed = reply(gzip.compress(BODY, mtime=0), headers=WRONG_ETAG)
    async with mocked_tmdb(scripted(packed)) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == BODY
        assert upstream.count(PATH) == 2


@in_virtual_time
async def test_ever_other_bytes_under_wrong_etags_are_never_kept() -> None:
    """Eight different bodies, none verified: the request fails."""
    bodies = [b'{"id":278,"n":%d}' % n for n in range(8)]
    answers = [reply(body, headers=WRONG_ETAG) for body in bodies]
    async with mocked_tmdb(scripted(*answers)) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == Failure("etag")
        assert upstream.count(PATH) == 8


@in_virtual_time
async def test_a_broken_body_is_asked_for_without_compression() -> None:
    """Wrongly labelled gzip comes from one cache entry; the CDN has another without gzip."""
    answers = scripted(aiohttp.ClientPayloadError("400, not gzip"), good(BODY))
    async with mocked_tmdb(answers) as upstream:
        assert await upstream.get(PATH, tmdb_id=278) == BODY
        assert await upstream.get(PATH, tmdb_id=278) == BODY
    accepted = [seen.headers["Accept-Encoding"] for seen in upstream.seen]
    assert accepted == ["gzip", "identity", "gzip"]


@in_virtual_time
async def test_a_body_above_the_cap_is_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body above 64 MB (here: 20 bytes) counts as damaged, even when it is TMDB's own."""
    monkeypatch.setattr("harvester.origins.tmdb.client.MAX_BODY_BYTES", len(BODY))
    async with mocked_tmdb(scripted(good(BODY))) as upstream:
        assert await upstream.get(PATH) == BODY
    async with mocked_tmdb(scripted(good(OTHER))) as upstream:
        assert await upstream.get(PATH) == Failure("too_large")


@in_virtual_time
async def test_no_exception_shows_a_key_in_a_url() -> None:
    """An error of aiohttp may contain the URL; the client's errors never do."""
    url = aiohttp.InvalidURL(f"{BASE_URL}/?api_key={TOKEN}")
    async with mocked_tmdb(scripted(url, probe=url), credential=API_KEY) as upstream:
        with pytest.raises(UpstreamDown) as caught:
            await upstream.get(PATH)
    shown = "".join(traceback.format_exception(caught.value, chain=True))
    assert TOKEN not in shown + repr(caught.value)


def slowly(seconds: float, peak: list[int]) -> Answering:
    """Answer after some time, recording in `peak` the most requests in flight."""
    in_flight = 0

    async def answering(_: str) -> Answer:
        nonlocal in_flight
        in_flight += 1
        peak.append(in_flight)
        try:
            await asyncio.sleep(seconds)
        finally:
            in_flight -= 1
        return good(BODY)

    return answering


@in_virtual_time
async def test_a_cancelled_request_frees_its_slot() -> None:
    """Cancelled while waiting for the pace, for a slot, or for TMDB: the next one proceeds."""
    peak: list[int] = []
    async with mocked_tmdb(slowly(2, peak), rate=2, concurrency=3) as upstream:
        asked = [asyncio.create_task(upstream.get(PATH, tmdb_id=278)) for _ in range(12)]
        await asyncio.sleep(1.2)
        for task in asked[::2]:
            task.cancel()
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert ends[1::2] == [BODY] * 6
        assert await upstream.get(PATH, tmdb_id=278) == BODY
    assert max(peak) <= 3


@in_virtual_time
async def test_starts_keep_the_rate_whatever_fails() -> None:
    """Retries and probes wait for their turn, too: no second has more than rate + 1 starts."""

    def answering(path: str) -> Answer:
        number = int("".join(filter(str.isdigit, path)) or 0)
        return [good(b"{}"), reply(status=500), throttled(), good(b"{}")][number % 4]

    async with mocked_tmdb(answering, rate=20) as upstream:
        asked = [asyncio.create_task(upstream.get(f"movie/{n}")) for n in range(120)]
        await asyncio.wait(asked, timeout=60)
        for task in asked:
            task.cancel()
    starts = [seen.at for seen in upstream.seen]
    assert len(starts) > 400
    for first, one_too_many in zip(starts, starts[21:], strict=False):
        assert one_too_many - first > 1
