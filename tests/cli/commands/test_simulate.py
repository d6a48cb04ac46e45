"""`harvester simulate`: the clock that it may be given."""

import signal

import aiohttp
import pytest
from command_line import end, harvester, start


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01", ""])
async def test_a_moment_that_is_none_is_refused(moment: str) -> None:
    """One sentence that shows how a moment is written."""
    ended = await harvester("simulate", "--port", "0", "--now", moment)
    assert ended.code == 2
    assert "--now takes a moment such as 2026-12-01T00:00:00Z" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("flags", "some"), [(("--now", "2026-12-01T00:00:00Z"), True), ((), False)]
)
async def test_titles_change_only_by_a_clock(flags: tuple[str, ...], some: bool) -> None:
    """With it November's lists have ids; without it nothing ever changes."""
    process = await start("simulate", "--port", "0", "--latency", "0", *flags)
    assert process.stderr is not None
    said = (await process.stderr.readline()).decode()
    base_url = said.partition("TMDB_BASE_URL=")[2].split()[0]
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer any"}) as session:
        path = "movie/changes?start_date=2026-11-24&end_date=2026-11-25"
        async with session.get(f"{base_url}/{path}") as response:
            body = await response.json()
    process.send_signal(signal.SIGTERM)
    ended = await end(process)
    assert ended.code == 0
    assert bool(body["results"]) is some
    assert "movie/changes 1" in ended.out + ended.err


async def test_it_plays_omdb_too() -> None:
    """Its address is said; with any key a title is answered, and marked as synthetic."""
    process = await start("simulate", "--port", "0", "--latency", "0")
    assert process.stderr is not None
    await process.stderr.readline()
    said = (await process.stderr.readline()).decode()
    base_url = said.partition("OMDB_BASE_URL=")[2].split()[0]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{base_url}/?i=tt0111161&apikey=any") as response,
    ):
        body = await response.json()
        assert response.headers["X-Harvester-Synthetic"] == "1"
    process.send_signal(signal.SIGTERM)
    ended = await end(process)
    assert (body["imdbID"], body["Response"]) == ("tt0111161", "True")
    assert "omdb/title 1" in ended.out + ended.err
