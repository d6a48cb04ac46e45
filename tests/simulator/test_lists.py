"""What holds of every list alike: labels, tokens, faults, seeds and the cache."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from asked_library import asked
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from harvester.errors import SettingError
from harvester.simulator import SimulatorOptions, simulate
from harvester.simulator.library import Library
from harvester.simulator.lists import LABELS
from harvester.simulator.routes import route

BEARER = {"Authorization": "Bearer any", "Accept-Encoding": "identity"}
PATHS = {
    "search/movie": "search/movie?query=northbound",
    "search/tv": "search/tv?query=dallas",
    "search/person": "search/person?query=iris+quental",
    "search/collection": "search/collection?query=matrix",
    "discover/movie": "discover/movie?with_genres=37",
    "discover/tv": "discover/tv?with_genres=37",
    "genre/movie/list": "genre/movie/list",
    "genre/tv/list": "genre/tv/list?language=pt-BR",
    "movie/changes": "movie/changes",
    "tv/changes": "tv/changes?start_date=2026-11-24&end_date=2026-11-25",
    "collection": "collection/2344",
    "person": "person/501",
    "person/combined_credits": "person/501/combined_credits",
}


def test_every_list_has_an_example_here() -> None:
    """A new list joins the tests of this page."""
    assert set(PATHS) == LABELS


async def served(path: str, **options: Any) -> tuple[int, bytes, dict[str, Any]]:
    """Ask a simulator once: status, body and stats."""
    settings = {"latency_ms": 0, "population": 100, **options}
    async with (
        simulate(SimulatorOptions(**settings)) as simulator,
        aiohttp.ClientSession(headers=BEARER) as session,
    ):
        url = f"{simulator.base_url}/{path}"
        try:
            async with session.get(url) as response:
                return response.status, await response.read(), simulator.stats()
        except aiohttp.ClientError:
            return 0, b"", simulator.stats()


@pytest.mark.parametrize("label", sorted(LABELS))
async def test_a_list_is_counted_and_may_fail(label: str) -> None:
    """Counted under its label; refused with a wrong token; every kind of fault applies."""
    status, raw, stats = await served(PATHS[label])
    assert status == 200
    assert stats["by_endpoint"] == {label: 1}
    assert (await served(PATHS[label], token="right"))[0] == 401
    for fault, expected in (("503", 503), ("429", 429), ("502", 502), ("list", 200), ("etag", 200)):
        status, body, stats = await served(PATHS[label], faults=f"{fault}=1")
        assert (status, stats["faults"]) == (expected, {fault: 1})
        assert (body == raw) == (fault == "etag")
    for fault in ("reset", "truncated"):
        status, body, stats = await served(PATHS[label], faults=f"{fault}=1")
        assert (status, body, set(stats["faults"])) == (0, b"", {fault})


async def test_the_body_of_another_one_is_a_body_that_there_is() -> None:
    """`otherid` gives another person or collection, and leaves lists as they are."""
    for label in ("collection", "person", "person/combined_credits"):
        _, raw, _ = await served(PATHS[label])
        status, body, stats = await served(PATHS[label], faults="otherid=1")
        assert (status, stats["faults"]) == (200, {"otherid": 1})
        assert json.loads(body)["id"] > json.loads(raw)["id"]
    _, raw, _ = await served(PATHS["search/tv"])
    assert (await served(PATHS["search/tv"], faults="otherid=1"))[1:2] == (raw,)


async def test_an_unlimited_number_of_pages_passes_a_limit_like_titles() -> None:
    """A bucket of 5 counts lists as it counts titles."""
    async with (
        simulate(SimulatorOptions(latency_ms=0, limit=1)) as simulator,
        aiohttp.ClientSession(headers=BEARER) as session,
    ):
        url = f"{simulator.base_url}/{PATHS['genre/tv/list']}"
        answers = await asyncio.gather(*(session.get(url) for _ in range(6)))
        assert sorted(answer.status for answer in answers) == [200] * 5 + [429]


@pytest.mark.parametrize("label", sorted(LABELS))
def test_a_list_depends_on_seed_and_population_only(label: str) -> None:
    """Two libraries of one seed agree, asked in any order; a 200 is the same JSON twice."""
    one, other = Library(6, population=50), Library(6, population=50)
    for path in sorted(PATHS.values()):
        other.answer(route(f"/3/{path}"))
    assert one.answer(route(f"/3/{PATHS[label]}")) == other.answer(route(f"/3/{PATHS[label]}"))


LIBRARY = Library(1, population=50)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(LABELS)),
    st.dictionaries(
        st.sampled_from(("query", "page", "year", "with_genres", "sort_by", "vote_count.gte"))
        | st.text(),
        st.text() | st.sampled_from(("1", "500", "501", "1999", "18,35", "title.asc")),
        max_size=4,
    ),
)
def test_any_query_has_an_answer(label: str, query: dict[str, str]) -> None:
    """Random parameters are a 200 or one of TMDB's errors, never the simulator's own."""
    path = str(URL(f"/{PATHS[label].split('?')[0]}").with_query(query))
    status, body = asked(LIBRARY, path.removeprefix("/"))
    assert status in {200, 400, 422}
    assert isinstance(body, dict)


@pytest.mark.parametrize("population", [-1, 10**9])
async def test_a_senseless_population_is_refused(population: int) -> None:
    """One sentence with what it may be, before anything listens."""
    with pytest.raises(SettingError, match="population may be 0 to"):
        async with simulate(SimulatorOptions(population=population)):
            pass
