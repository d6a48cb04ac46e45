"""Upstreams that are down or failing, in virtual time: what ends the run, what fails a title."""

import asyncio
import random
from collections import Counter

import aiohttp
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mocked_tmdb import Answer, Answering, good, mocked_tmdb, reply, throttled
from virtual_time import in_virtual_time, now, run_in_virtual_time

from harvester.errors import UpstreamDown
from harvester.upstream.client import Failure

REFUSED = aiohttp.ClientConnectionError("refused")


async def _ask(
    answering: Answering, *, requests: int, rate: float, concurrency: int
) -> list[object]:
    """Send many requests, as many titles at a time as slots; return bodies, Failures and errors."""
    numbers = iter(range(requests))
    ends: list[object] = []

    async with mocked_tmdb(answering, rate=rate, concurrency=concurrency) as upstream:

        async def worker() -> None:
            for number in numbers:
                try:
                    ends.append(await upstream.get(f"movie/{number}"))
                except UpstreamDown as error:
                    ends.append(error)

        await asyncio.gather(*(worker() for _ in range(concurrency)))
    return ends


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(
    dies=st.floats(0, 3),
    seconds=st.floats(0, 5),
    fault=st.sampled_from([REFUSED, reply(status=503), reply(b"<html>", 502), reply(b"<html>")]),
    latency=st.sampled_from([0.001, 0.1, 0.5]),
    concurrency=st.sampled_from([1, 2, 20]),
    seed=st.integers(0, 9_999),
)
@example(dies=1, seconds=3, fault=REFUSED, latency=0.1, concurrency=20, seed=1)
def test_an_outage_of_seconds_fails_nothing(
    dies: float, seconds: float, fault: Answer, latency: float, concurrency: int, seed: int
) -> None:
    """TMDB fails at any moment and is back within 5 s: every request gets its body in the end."""

    async def answering(_: str) -> Answer:
        await asyncio.sleep(latency)
        return fault if dies <= now() < dies + seconds else good(b"{}")

    random.seed(seed)  # tenacity's jitter
    ends = run_in_virtual_time(_ask(answering, requests=80, rate=40, concurrency=concurrency))
    assert Counter(map(repr, ends)) == {"b'{}'": 80}


@pytest.mark.parametrize("seed", range(40))
def test_back_between_the_last_attempt_and_the_probe(seed: int) -> None:
    """An outage that ends when a single request has used half its attempts fails nothing."""

    def answering(path: str) -> Answer:
        return good(b"{}") if path == "authentication" or now() > 0.3 else reply(status=503)

    random.seed(seed)
    ends = run_in_virtual_time(_ask(answering, requests=1, rate=100, concurrency=1))
    assert ends == [b"{}"]


@pytest.mark.slow
@settings(deadline=None, max_examples=8)
@given(
    dies=st.floats(0, 3),
    fault_and_rate=st.sampled_from(
        [
            (REFUSED, 40),
            (reply(status=500), 40),
            (reply(b"<html>"), 40),
            (reply(b"<html>", 403), 10),  # a page that blocks us slows the pace, as a 429 does
        ]
    ),
    concurrency=st.sampled_from([1, 20]),
)
def test_a_dead_upstream_fails_nothing(
    dies: float, fault_and_rate: tuple[Answer, int], concurrency: int
) -> None:
    """TMDB stays down: UpstreamDown within 15 s, after few requests, and never a Failure."""
    fault, rate_of_the_rest = fault_and_rate
    sent = 0

    def answering(_: str) -> Answer:
        nonlocal sent
        if now() < dies:
            return good(b"{}")
        sent += 1
        return fault

    async def until_down() -> float:
        ends = await _ask(answering, requests=200, rate=40, concurrency=concurrency)
        assert {type(end) for end in ends} <= {bytes, UpstreamDown}
        assert UpstreamDown in {type(end) for end in ends}
        return now()

    random.seed(1)
    # a real run is cancelled at once; here each of the rest still sends one request
    assert run_in_virtual_time(until_down()) < dies + 15 + 200 / rate_of_the_rest
    assert sent < 300


@in_virtual_time
async def test_a_silent_upstream_is_noticed_before_the_attempts_are_used() -> None:
    """With every request timing out after 15 s, a run of 20 slots ends in under a minute."""

    async def answering(path: str) -> Answer:
        await asyncio.sleep(4 if path == "authentication" else 15)
        return TimeoutError()

    async with mocked_tmdb(answering) as upstream:
        asked = [upstream.get(f"movie/{number}") for number in range(20)]
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(end) for end in ends] == [UpstreamDown] * 20
        assert upstream.tally.retried < 20  # of 140: none got as far as a third attempt
    assert now() < 60


@in_virtual_time
async def test_one_sick_endpoint_fails_its_titles_alone() -> None:
    """Keywords always 500, all else works: http_500 after eight attempts each, never UpstreamDown.

    Few probes are needed, as requests that fail together share one.
    """

    async def answering(path: str) -> Answer:
        await asyncio.sleep(0.05)
        return reply(status=500) if path.endswith("keywords") else good(b"{}")

    random.seed(3)
    async with mocked_tmdb(answering) as upstream:
        titles = range(100)
        asked = [upstream.get(f"movie/{n}/{name}") for n in titles for name in ("x", "keywords")]
        ends = await asyncio.gather(*asked)
        assert ends == [b"{}", Failure("http_500")] * 100
        assert {upstream.count(f"movie/{number}/keywords") for number in titles} == {8}
        assert upstream.count("authentication") < 100


@pytest.mark.slow
@in_virtual_time
async def test_a_tenth_of_mixed_faults_is_survived() -> None:
    """3,000 requests at 40/s with 10 % of all kinds of faults: every body, at most one probe."""
    chance = random.Random(7)
    random.seed(7)
    faults: list[Answer] = [
        *[reply(status=status) for status in (500, 502, 503, 504)],
        *[REFUSED, aiohttp.ClientPayloadError("cut"), TimeoutError(), ConnectionResetError()],
        *[reply(b"<html>"), reply(b"[]"), good(b'{"id":2}'), throttled(), throttled("1")],
        reply(b"{}", headers={"ETag": f'"{"0" * 32}"'}),
    ]

    async def answering(_: str) -> Answer:
        await asyncio.sleep(chance.choice([0.02, 0.3]))
        return chance.choice(faults) if chance.random() < 0.1 else good(b'{"id":1}')

    async with mocked_tmdb(answering, rate=40) as upstream:
        asked = [upstream.get(f"movie/{number}", tmdb_id=1) for number in range(3_000)]
        ends = await asyncio.gather(*asked)
        assert Counter(ends) == {b'{"id":1}': 3_000}
        assert upstream.count("authentication") <= 1
        assert upstream.tally.retried > 250
        assert upstream.tally.throttled > 30
    assert now() < 200


@in_virtual_time
async def test_one_url_that_is_always_throttled_ends_nothing() -> None:
    """429 for one URL while others are answered never counts as a dead upstream."""

    def answering(path: str) -> Answer:
        return throttled() if path == "movie/0" and now() < 600 else good(b"{}")

    async with mocked_tmdb(answering, rate=10) as upstream:
        sick = asyncio.create_task(upstream.get("movie/0"))
        while now() < 650:
            assert await upstream.get("movie/1") == b"{}"
            await asyncio.sleep(5)
        assert await sick == b"{}"
