"""Each fault of the simulator, as seen by a client without an HTTP library's corrections."""

import asyncio
import gzip
import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass

import pytest

from harvester.errors import SettingError
from harvester.simulator import SimulatorOptions, bodies, server, simulate
from harvester.simulator.faults import KINDS, parse_faults

CREDITS = "/movie/111161/credits"


@dataclass(frozen=True, slots=True)
class Seen:
    """What came over the connection: the head, the chunks, and how it ended."""

    status: int
    headers: dict[str, str]
    content: bytes
    complete: bool

    def etag_fits(self) -> bool:
        """Return whether the ETag is that of the content."""
        return self.headers["etag"] == f'W/"{hashlib.sha256(self.content).hexdigest()[:32]}"'


async def seen(base_url: str, path: str, *, accept: str = "identity", patience: float = 5) -> Seen:
    """Send one GET by hand and read the whole response; raises TimeoutError after the limit."""
    port = int(base_url.split(":")[2].removesuffix("/3"))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = (f"GET /3{path} HTTP/1.1", "Host: x", "Authorization: Bearer x")
    writer.write("\r\n".join((*lines, f"Accept-Encoding: {accept}", "", "")).encode())
    try:
        async with asyncio.timeout(patience):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *rest = head.split("\r\n")
            pairs = (line.split(": ", 1) for line in rest if line)
            headers = {name.lower(): value for name, value in pairs}
            content = b""
            while size := int(await reader.readline() or b"0", 16):
                content += (await reader.readexactly(size + 2))[:-2]
            complete = await reader.readline() == b"\r\n"
            return Seen(int(first.split()[1]), headers, content, complete)
    finally:
        writer.close()


async def with_fault(kind: str, path: str = CREDITS) -> Seen:
    """Send one request to a simulator with only this fault, and check that it is counted."""
    async with simulate(SimulatorOptions(latency_ms=0, faults=f"{kind}=1")) as simulator:
        found = await seen(simulator.base_url, path)
        assert simulator.stats()["faults"] == {kind: 1}
        return found


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        *[("429", 429, 25), ("retry-after", 429, 25), ("401", 401, 10)],
        *[("500", 500, 11), ("503", 503, 9), ("504", 504, 24)],
    ],
)
async def test_error_statuses(kind: str, status: int, code: int) -> None:
    """An error fault has TMDB's status, code and envelope, and only one has a Retry-After."""
    found = await with_fault(kind)
    assert found.status == status
    assert json.loads(found.content)["status_code"] == code
    assert found.headers.get("retry-after") == ("1" if kind == "retry-after" else None)
    assert "etag" not in found.headers
    assert found.headers["x-harvester-synthetic"] == "1"


@pytest.mark.parametrize(("kind", "status"), [("502", 502), ("html", 200)])
async def test_gateway_pages(kind: str, status: int) -> None:
    """A gateway's error page is HTML, whatever its status."""
    found = await with_fault(kind)
    assert found.status == status
    assert found.headers["content-type"] == "text/html"
    assert found.content.startswith(b"<html>")


async def test_reset() -> None:
    """The connection is reset: the client sees an RST, not an orderly end."""
    with pytest.raises(ConnectionResetError):
        await with_fault("reset")


async def test_truncated() -> None:
    """Half the body arrives, and no terminating chunk."""
    found = await with_fault("truncated")
    assert found.status == 200
    assert not found.complete
    assert not found.etag_fits()
    assert 0 < len(found.content) < len(bodies.wire(bodies.below(1, 111161, "movie", "credits")))


async def test_stall() -> None:
    """Headers come at once, then nothing; the request is in flight until the client leaves."""
    async with simulate(SimulatorOptions(latency_ms=0, faults="stall=1")) as simulator:
        with pytest.raises(TimeoutError):
            await seen(simulator.base_url, CREDITS, patience=0.3)
        assert simulator.stats()["faults"] == {"stall": 1}
        await asyncio.sleep(0.1)
        assert simulator._stats.in_flight == 0


async def test_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The right answer comes, but not before the delay is over."""
    monkeypatch.setattr(server, "SLOW_SECONDS", 0.3)
    began = asyncio.get_running_loop().time()
    found = await with_fault("slow")
    assert asyncio.get_running_loop().time() - began >= 0.3
    assert found.complete
    assert found.etag_fits()


async def test_gzip_unsaid() -> None:
    """Gzip bytes are sent without Content-Encoding, even to a client that refuses gzip."""
    found = await with_fault("gzip")
    assert found.content[:2] == b"\x1f\x8b"
    assert "content-encoding" not in found.headers
    plain = gzip.decompress(found.content)
    assert found.headers["etag"] == bodies.etag(plain)


async def test_gzip_falsely_said() -> None:
    """The header says gzip, the body is plain bytes."""
    found = await with_fault("notgzip")
    assert found.headers["content-encoding"] == "gzip"
    assert found.etag_fits()


async def test_wrong_etag() -> None:
    """The body is right and its ETag is not."""
    found = await with_fault("etag")
    assert found.content == bodies.wire(bodies.below(1, 111161, "movie", "credits"))
    assert not found.etag_fits()


async def test_array() -> None:
    """A JSON array comes instead of an object, with the ETag of that array."""
    found = await with_fault("list")
    assert isinstance(json.loads(found.content), list)
    assert found.etag_fits()


@pytest.mark.parametrize(
    "path", [CREDITS, "/movie/111161", "/find/tt0111161?external_source=imdb_id"]
)
async def test_other_id(path: str) -> None:
    """Another title's body comes, complete and with its own ETag."""
    found = await with_fault("otherid", path)
    body = json.loads(found.content)
    (hit,) = body.get("movie_results", [body])
    assert hit["id"] != 111161
    assert found.etag_fits()


async def test_dropped() -> None:
    """One of the appended objects is silently missing."""
    found = await with_fault("dropped", "/movie/111161?append_to_response=credits,keywords")
    assert len({"credits", "keywords"} & set(json.loads(found.content))) == 1
    assert found.etag_fits()


async def test_a_fault_that_can_not_strike_is_not_counted() -> None:
    """Nothing is dropped where nothing was appended, and a 404 is never altered."""
    async with simulate(SimulatorOptions(latency_ms=0, faults="dropped=0.5,etag=0.5")) as sim:
        for _ in range(8):
            assert (await seen(sim.base_url, "/movie/502")).status == 404
        assert sim.stats()["faults"] == {}
    async with simulate(SimulatorOptions(latency_ms=0, faults="dropped=1")) as sim:
        assert (await seen(sim.base_url, CREDITS)).etag_fits()
        assert sim.stats()["faults"] == {}


async def test_authentication_has_no_faults() -> None:
    """The token check always works, whatever faults are configured."""
    async with simulate(SimulatorOptions(latency_ms=0, faults="500=1")) as simulator:
        assert (await seen(simulator.base_url, "/authentication")).status == 200


def test_faults_strike_with_their_probabilities() -> None:
    """Over many draws each kind occurs with its probability, at most one per request."""
    spec = parse_faults("429=0.03, 500=0.02,reset=0.1")
    chance = random.Random("strikes")
    drawn = Counter(spec.draw(chance) for _ in range(20_000))
    assert 0.025 < drawn["429"] / 20_000 < 0.035
    assert 0.016 < drawn["500"] / 20_000 < 0.024
    assert 0.09 < drawn["reset"] / 20_000 < 0.11
    assert sum(drawn[kind] for kind in KINDS) + drawn[None] == 20_000


def test_no_faults_are_drawn_from_an_empty_spec() -> None:
    """An empty spec gives no fault, and a probability of 1 always gives one."""
    assert parse_faults("").draw(random.Random(1)) is None
    assert parse_faults("stall=1").draw(random.Random(1)) == "stall"


@pytest.mark.parametrize(
    "spec", ["500", "500=", "500=x", "500=1.1", "500=-0.1", "500=nan", "501=0.1", "500=0,500=0"]
)
def test_a_bad_spec_says_what_is_possible(spec: str) -> None:
    """One sentence names what is wrong and lists every kind."""
    with pytest.raises(SettingError) as raised:
        parse_faults(spec)
    assert all(kind in str(raised.value) for kind in KINDS)


def test_probabilities_may_not_pass_one_together() -> None:
    """One request has one fault at most, so the probabilities must fit in one."""
    with pytest.raises(SettingError, match="add up to"):
        parse_faults("500=0.6,503=0.6")
