"""How much memory a run takes when TMDB's answers are as large as they can be, or larger.

The harvester is a process of its own; its peak is what the kernel says of it (`VmHWM`).
"""

import asyncio
import gzip
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from command_line import Ended, end, start
from endless import ENDLESS, FLOODS, TRICKLES, forever, trickle
from faulty_server import Answering, Write, faulty_server, whole

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MOST_MB = 200
MB = 1_000_000


def _find(number: int) -> bytes:
    found: dict[str, list[dict[str, int]]] = {
        f"{kind}_results": [] for kind in ("tv", "person", "tv_episode", "tv_season")
    }
    return json.dumps(found | {"movie_results": [{"id": number}]}).encode()


def _padded(number: int, size: int) -> bytes:
    """Return details of exactly this many bytes."""
    head = b'{"id":%d,"overview":"' % number
    return head + b"x" * (size - len(head) - 2) + b'"}'


def _number(target: str) -> int:
    return int("".join(filter(str.isdigit, target.partition("?")[0].rpartition("/")[2])))


async def _harvest(
    tmp_path: Path,
    titles: int,
    answering: Answering,
    *more: str,
    stop: asyncio.Event | None = None,
) -> tuple[Ended, float, int]:
    """Harvest titles 1 to `titles`; return how it ended, its peak in MB, and the requests.

    SIGTERM is sent when `stop` is set.
    """
    ids = tmp_path / "ids.txt"
    ids.write_text("".join(f"tt{number:07d}\n" for number in range(1, titles + 1)))
    async with faulty_server(answering) as server:
        process = await start(
            *("run", str(ids), "--as", "Movies", "--lake", str(tmp_path / "lake"), "--json"),
            *("--endpoints", "find,details", "--rate", "1000", *more),
            tmdb=server.base_url,
        )
        ending = asyncio.create_task(end(process))
        peak = 0.0
        while not ending.done():
            with suppress(OSError, ValueError):  # it ended
                status = Path(f"/proc/{process.pid}/status").read_text()
                (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
                peak = int(line.split()[1]) * 1024 / MB
            if stop is not None and stop.is_set():
                process.terminate()
                stop = None
            await asyncio.sleep(0.02)
        return await ending, peak, len(server.targets)


def _answer(body: Callable[[int], bytes]) -> Answering:
    """Answer find at once and details with a body."""

    async def answering(target: str, write: Write) -> None:
        if target.startswith("/3/authentication"):
            await write(whole())
        elif target.startswith("/3/find/"):
            await write(whole(_find(_number(target))))
        else:
            await write(body(_number(target)))

    return answering


def _answer_endlessly(part: str) -> Answering:
    """Answer find at once, and details without an end."""

    async def answering(target: str, write: Write) -> None:
        if not target.startswith("/3/movie/"):
            await _answer(lambda _: b"")(target, write)
        elif part in FLOODS:
            await forever(write, FLOODS[part])
        elif part in TRICKLES:
            await trickle(write, TRICKLES[part])
        else:
            await ENDLESS[part](write)

    return answering


def _outcomes(tmp_path: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for path in (tmp_path / "lake").glob("Raw/TMDB/_harvest/*/units/*.json"):
        found += json.loads(path.read_bytes())["outcomes"].values()
    return found


@pytest.mark.slow
async def test_twenty_bodies_of_sixty_megabytes(tmp_path: Path) -> None:
    """Each is read to the limit and given up: the title fails, and nothing is asked twice."""
    body = whole(b'{"id":1,"x":"' + b"x" * 60 * MB + b'"}')
    ended, peak, requests = await _harvest(tmp_path, 20, _answer(lambda _: body))
    assert ended.code == 3, ended.err
    assert {outcome["reason"] for outcome in _outcomes(tmp_path)} == {"details: too_large"}
    assert requests == 1 + 2 * 20
    assert peak < MOST_MB


@pytest.mark.parametrize(
    ("filler", "labelled"),
    [
        (b"[],", True),
        pytest.param(b"[],", False, marks=pytest.mark.slow),
        pytest.param(b" ", True, marks=pytest.mark.slow),
        pytest.param(b" ", False, marks=pytest.mark.slow),
    ],
)
async def test_gzip_bombs(tmp_path: Path, filler: bytes, *, labelled: bool) -> None:
    """200 MB in 200 KB are inflated no further than 10 MB, twenty times at once."""
    packed = gzip.compress(b'{"id":1,"x":[' + filler * (200 * MB // len(filler)))
    headers = ["Content-Encoding: gzip"] if labelled else []
    body = whole(packed, 200, *headers)
    ended, peak, requests = await _harvest(tmp_path, 20, _answer(lambda _: body))
    assert ended.code == 3, ended.err
    assert {outcome["reason"] for outcome in _outcomes(tmp_path)} == {"details: too_large"}
    assert requests == 1 + 2 * 20
    assert peak < MOST_MB


def _refused(case: str) -> Answering:
    """Answer with 9.9 MB that are asked for again: packed as another title's, cut, or no `find`."""
    other = whole(gzip.compress(_padded(99_999, 9_900_000)), 200, "Content-Encoding: gzip")
    cut = whole(_padded(1, 9_900_000)[:-1])
    no_find = whole(b'{"x":"' + b"x" * 9_900_000 + b'"}')

    async def answering(target: str, write: Write) -> None:
        if case == "no find" and target.startswith("/3/find/"):
            await write(no_find)
        else:
            await _answer(lambda _: other if case == "another id" else cut)(target, write)

    return answering


@pytest.mark.slow
@pytest.mark.parametrize("case", ["another id", "cut", "no find"])
async def test_large_bodies_that_are_asked_for_again(case: str, tmp_path: Path) -> None:
    """None is kept while its request waits for its next attempt."""
    ended, peak, requests = await _harvest(tmp_path, 40, _refused(case))
    assert ended.code == 3, ended.err
    assert requests > 1 + 2 * 40
    assert peak < MOST_MB


_QUICK = {"103", "chunk's size"}


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(part, marks=[] if part in _QUICK else pytest.mark.slow)
        for part in [*FLOODS, *ENDLESS]
    ],
)
async def test_responses_that_do_not_end(tmp_path: Path, part: str) -> None:
    """Each attempt ends soon, and the run with its attempts."""
    ended, peak, requests = await _harvest(tmp_path, 10, _answer_endlessly(part))
    assert ended.code == 3, ended.err
    reasons = {outcome["reason"] for outcome in _outcomes(tmp_path)}
    assert reasons <= {"details: connection", "details: broken_body"}
    assert requests > 10 * 8
    assert peak < MOST_MB


@pytest.mark.slow
@pytest.mark.parametrize("part", [*FLOODS, *ENDLESS, *TRICKLES])
async def test_sigterm_while_responses_do_not_end(tmp_path: Path, part: str) -> None:
    """It ends the run in 5 s, as any: no response is so busy that the signal is not seen."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    began: list[float] = []
    endless = _answer_endlessly(part)

    async def answering(target: str, write: Write) -> None:
        if not began and target.startswith("/3/movie/"):
            began.append(loop.time())
            loop.call_later(1, stop.set)
        await endless(target, write)

    ended, peak, _ = await _harvest(tmp_path, 20, answering, stop=stop)
    assert ended.code in {3, 130}, ended.err  # 3: all titles had failed by then
    assert loop.time() - began[0] < 1 + 2 * 5  # until SIGTERM; until the end, on a busy machine
    assert peak < MOST_MB


@pytest.mark.slow
@pytest.mark.parametrize("filler", [b"[],", b'{"a":1},'])
async def test_bodies_that_would_be_large_when_parsed(tmp_path: Path, filler: bytes) -> None:
    """9.5 MB of small values are valid: they are kept, and never become objects."""

    def body(number: int) -> bytes:
        return whole(b'{"id":%d,"x":[%b0]}' % (number, filler * (9_500_000 // len(filler))))

    ended, peak, _ = await _harvest(tmp_path, 10, _answer(body))
    assert ended.code == 0, ended.err
    assert peak < MOST_MB


@pytest.mark.slow
async def test_a_stalled_title_and_ninety_nine_large_ones(tmp_path: Path) -> None:
    """All are harvested: the large ones wait for it in a file, and then ask no further."""
    done = asyncio.Event()
    stalled = asyncio.Event()

    async def answering(target: str, write: Write) -> None:
        if target.partition("?")[0] == "/3/movie/1":
            stalled.set()
            await asyncio.sleep(15)
            done.set()
            await write(whole(b'{"id":1}'))
        else:
            await _answer(lambda number: whole(_padded(number, 9_500_000)))(target, write)

    ended, peak, _ = await _harvest(tmp_path, 100, answering)
    assert ended.code == 0, ended.err
    assert stalled.is_set()
    assert done.is_set()
    assert [outcome["outcome"] for outcome in _outcomes(tmp_path)] == ["harvested"] * 100
    assert peak < MOST_MB
    stored = sum(
        path.stat().st_size for path in (tmp_path / "lake").glob("Raw/TMDB/JSON/**/*.json")
    )
    assert stored > 99 * 9_500_000
