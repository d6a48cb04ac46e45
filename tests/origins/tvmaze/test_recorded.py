"""TVmaze's own answers, recorded and served over real HTTP, end as a person would have it.

Skipped where the recorded ones are not there; `MADE` always is.
"""

import csv
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from csvs import shared
from scripted_tvmaze import (
    Answer,
    ScriptedTvmaze,
    breaches,
    harvest_series,
    outcomes_of,
    raw_bodies,
    records_of,
    scripted_tvmaze,
    unlimited,
)

from harvester.origins.tvmaze.index import choice

MADE = {
    "plain": b'{"id":7,"name":"Seven","externals":{"tvrage":1,"thetvdb":2,"imdb":"tt0000007"}}',
    "odd": (
        b'{"id":1250,\r\n "name":"Caf\xc3\xa9 \\u00e9 \\/ \xf0\x9f\x8e\xac",'
        b'"rating":{"average":7.0},"weight":1E2,"externals":{"imdb":"tt0001250"}, "summary":null}'
    ),
    "nameless": b'{"id":1251,"name":"","externals":{"imdb":null}}',
    "bare": b'{"id":300}',
}
"""Shows, with what recorded ones don't have: escapes, white space, numbers written oddly."""


def _recorded() -> dict[str, bytes]:
    folder = shared("tvmaze")
    with (folder / "SOURCES.tsv").open() as file:
        names = [row["file"] for row in csv.DictReader(file, delimiter="\t")]
    found = {name: (folder / name).read_bytes() for name in names}
    assert set(found) == {path.name for path in folder.iterdir()} - {"SOURCES.tsv"}
    return found


def _shows(bodies: dict[str, bytes]) -> list[bytes]:
    parsed = {name: json.loads(body) for name, body in bodies.items() if body}
    return [
        bodies[name]
        for name, value in parsed.items()
        if isinstance(value, dict) and "status" in value and "externals" in value
    ]


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited(monkeypatch)


@pytest.fixture
async def tvmaze() -> AsyncIterator[ScriptedTvmaze]:
    """Serve a TVmaze."""
    async with scripted_tvmaze() as server:
        yield server


@pytest.mark.parametrize("source", ["made", "recorded"])
async def test_shows_by_lookup(source: str, tvmaze: ScriptedTvmaze) -> None:
    """A show to which a lookup leads is harvested, whether or not it names an IMDb id itself."""
    shows = [*MADE.values()] if source == "made" else _shows(_recorded())
    ids = {}
    for number, body in enumerate(shows, 1):
        show_id = json.loads(body)["id"]
        tvmaze.show(show_id, f"tt{number:07d}", body)
        ids[f"tt{number:07d}"] = show_id
    report = await harvest_series(tvmaze.base_url, [*ids])
    outcomes = outcomes_of(report.run)
    assert {one: outcome["origin_id"] for one, outcome in outcomes.items()} == ids
    _assert_spliced(shows)
    assert len(shows) >= (4 if source == "made" else 10)
    assert await breaches(report.run) == []


@pytest.mark.parametrize("source", ["made", "recorded"])
async def test_shows_by_the_index(
    source: str, tvmaze: ScriptedTvmaze, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A show that names the IMDb id is harvested, cut out of its page; another is not found."""
    monkeypatch.setattr(choice, "INDEX_REQUESTS", 0)
    shows = [*MADE.values()] if source == "made" else _shows(_recorded())
    pages: dict[int, list[bytes]] = defaultdict(list)
    named: dict[str, bytes] = {}
    for body in sorted(shows, key=lambda body: int(json.loads(body)["id"])):
        show = json.loads(body)
        pages[show["id"] // 250].append(body)
        if (show.get("externals") or {}).get("imdb"):
            named[show["externals"]["imdb"]] = body
    last = max(pages)
    tvmaze.index([b"[ " + b" ,\n".join(pages[page]) + b"]" for page in range(last + 1)])
    report = await harvest_series(tvmaze.base_url, [*named, "tt9999999"])
    outcomes = outcomes_of(report.run)
    assert {one for one in outcomes if outcomes[one]["outcome"] == "harvested"} == {*named}
    assert outcomes["tt9999999"]["reason"] == "not_found"
    _assert_spliced([*named.values()])
    assert len(named) < len(shows)
    assert await breaches(report.run) == []


async def test_recorded_episodes(tvmaze: ScriptedTvmaze) -> None:
    """An array of episodes is a record; one episode, which is no array, fails its title."""
    bodies = _recorded()
    one, other = bodies["show_13_episode_2x2.json"], bodies["show_13_episode_2x3.json"]
    arrays = {1: bodies["episodesbydate.json"], 2: b"[" + one + b",\n" + other + b"]", 3: one}
    for number, body in arrays.items():
        tvmaze.show(number + 10, f"tt{number:07d}")
        tvmaze.answers[f"shows/{number + 10}/episodes?specials=1"] = Answer(body)
    ids = [f"tt{number:07d}" for number in arrays]
    report = await harvest_series(tvmaze.base_url, ids, endpoints=("episodes",))
    outcomes = outcomes_of(report.run)
    assert [outcomes[imdb_id].get("reason") for imdb_id in ids] == [
        *(None, None, "episodes: not_an_array")
    ]
    _assert_spliced([arrays[1], arrays[2]])
    assert len(records_of()) == 2
    assert await breaches(report.run) == []


async def test_recorded_errors(tvmaze: ScriptedTvmaze) -> None:
    """Both 404s mean the same: of a lookup not found, below a show that was found gone."""
    bodies = _recorded()
    errors = [bodies["episode_unknown_404.json"], bodies["singlesearch_none_404_empty.txt"]]
    for number, body in enumerate(errors, 1):
        tvmaze.answers[f"lookup/shows?imdb=tt{number:07d}"] = Answer(body, 404)
        tvmaze.show(number + 10, f"tt{number + 10:07d}")
        tvmaze.answers[f"shows/{number + 10}/episodes?specials=1"] = Answer(body, 404)
    ids = ["tt0000001", "tt0000002", "tt0000011", "tt0000012"]
    report = await harvest_series(tvmaze.base_url, ids, endpoints=("episodes",))
    outcomes = outcomes_of(report.run)
    assert [(outcomes[one]["outcome"], outcomes[one]["reason"]) for one in ids] == [
        ("unmatched", "not_found"),
        ("unmatched", "not_found"),
        ("failed", "gone"),
        ("failed", "gone"),
    ]
    assert max(tvmaze.asked.values()) == 1
    assert not list(Path("l").glob("Raw/TVmaze/JSON"))


def _assert_spliced(bodies: list[bytes]) -> None:
    written = raw_bodies()
    assert all(b'"response":' + body + b"}" in written for body in bodies)
