"""TVmaze's shows, episodes and cast in Trusted: typed, and what does not fit is a reject."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from csvs import shared
from made_lake import table
from made_opinions import Told, tell

from harvester.stores import open_store
from harvester.zones.trusted.build import build_trusted

LAKE = Path("l")
TVMAZE = "Trusted/TVmaze/Parquet"
US = {"name": "United States", "code": "US", "timezone": "America/New_York"}
SHOW = {
    "id": 430,
    "name": "A",
    "type": "Scripted",
    "language": "English",
    "genres": ["Drama"],
    "status": "Ended",
    "runtime": 60,
    "averageRuntime": 45,
    "premiered": "1993-09-10",
    "ended": None,
    "officialSite": "",
    "schedule": {"time": "20:00", "days": ["Monday", "Friday"]},
    "rating": {"average": 8.9},
    "weight": 99,
    "network": {"id": 4, "name": "FOX", "country": US, "officialSite": None},
    "webChannel": None,
    "externals": {"tvrage": None, "thetvdb": 77398, "imdb": "tt0106179"},
    "image": None,
    "summary": "<p>Two agents.</p>",
    "updated": 1487500424,
    "_links": {},
}
EPISODE = {
    "id": 1,
    "name": "Pilot",
    "season": 1,
    "number": 1,
    "type": "regular",
    "airdate": "1993-09-10",
    "airtime": "20:00",
    "airstamp": "1993-09-10T20:00:00-04:00",
    "runtime": 60,
    "rating": {"average": None},
}
PERSON = {"id": 9, "name": "P", "gender": "Female", "birthday": "1968-08-09", "country": US}
ROLE = {"person": PERSON, "character": {"id": 3, "name": "X"}, "self": False, "voice": True}


async def _trusted() -> None:
    async with open_store("l") as store:
        done = await build_trusted(store, "duckdb", rebuild=False)
    assert not done.breaches, done.checks


def _told(number: int, **bodies: Any) -> Told:
    return Told(f"tt{number:07d}", bodies, 430, media_type="tv")


async def test_a_show_its_episodes_and_its_cast() -> None:
    """Each column is typed; a moment is UTC, an empty text is null, a special has no number."""
    special = EPISODE | {"id": 2, "number": None, "airdate": "", "airtime": "", "airstamp": None}
    told = _told(1, show=SHOW, episodes=[EPISODE, special], cast=[ROLE])
    await tell(LAKE, "TVmaze", [told], unmatched=("tt0000002",))
    await _trusted()
    (show,) = table(LAKE, f"{TVMAZE}/Shows")
    assert (show["title_id"], show["imdb_id"], show["origin_id"]) == ("tt0000001",) * 2 + (430,)
    assert (show["premiered"], show["ended"], show["official_site"]) == (
        date(1993, 9, 10),
        None,
        None,
    )
    assert show["schedule"] == {"time": "20:00", "days": ["Monday", "Friday"]}
    assert show["network"] == {"id": 4, "name": "FOX", "country": US}
    assert (show["web_channel"], show["rating"], show["average_runtime"]) == (
        None,
        {"average": 8.9},
        45,
    )
    assert show["externals"]["imdb"] == "tt0106179"
    first, second = table(LAKE, f"{TVMAZE}/Episodes")
    assert first["airstamp"] == datetime(1993, 9, 11)  # noqa: DTZ001 - UTC, without a zone
    assert (first["position"], first["episode_id"], first["airtime"]) == (0, 1, "20:00")
    assert [second[name] for name in ("airdate", "airtime", "airstamp", "number")] == [None] * 4
    (role,) = table(LAKE, f"{TVMAZE}/Cast")
    assert (role["person_id"], role["as_self"], role["voice"]) == (9, False, True)
    assert role["person"]["birthday"] == date(1968, 8, 9)
    assert role["character"] == {"id": 3, "name": "X"}
    outcomes = {one["title_id"]: one["origin_id"] for one in table(LAKE, f"{TVMAZE}/Outcomes")}
    assert outcomes == {"tt0000001": "430", "tt0000002": None}
    assert not table(LAKE, f"{TVMAZE}/Rejects")


async def test_what_does_not_fit() -> None:
    """A show or a list that is none is a record's reject, an episode or role one of its own."""
    await tell(
        LAKE,
        "TVmaze",
        [
            _told(1, show=SHOW | {"rating": 8.9}),
            _told(2, show=SHOW | {"network": {"country": {"code": 1}}}),
            _told(3, episodes={"a": 1}),
            _told(4, episodes=None, cast="none"),
            _told(5, episodes=[EPISODE, EPISODE | {"airstamp": "soon"}, {"name": "B"}, 7]),
            _told(6, cast=[ROLE, ROLE | {"person": {"name": "Q"}}, ROLE | {"person": 5}]),
            _told(7, episodes=[], cast=[]),
        ],
    )
    await _trusted()
    assert not table(LAKE, f"{TVMAZE}/Shows")
    assert [row["title_id"] for row in table(LAKE, f"{TVMAZE}/Episodes")] == ["tt0000005"]
    assert [row["title_id"] for row in table(LAKE, f"{TVMAZE}/Cast")] == ["tt0000006"]
    rejects = table(LAKE, f"{TVMAZE}/Rejects")
    found = sorted((row["title_id"], row["table"], row["level"], row["reason"]) for row in rejects)
    assert found == [
        ("tt0000001", "Shows", "record", "rating: not an object that fits"),
        ("tt0000002", "Shows", "record", "network: not an object that fits"),
        ("tt0000003", "Episodes", "record", "the body: not an array"),
        ("tt0000004", "Cast", "record", "the body: not an array"),
        ("tt0000004", "Episodes", "record", "the body: not an array"),
        ("tt0000005", "Episodes", "item", "airstamp: not a moment"),
        ("tt0000005", "Episodes", "item", "an item: not an object"),
        ("tt0000005", "Episodes", "item", "id: missing"),
        ("tt0000006", "Cast", "item", "person.id: missing"),
        ("tt0000006", "Cast", "item", "person.id: missing"),
    ]


@pytest.mark.slow
async def test_the_recorded_shows() -> None:
    """TVmaze's own answers of 2017, with what was embedded in them, pass through."""
    files = [*shared("tvmaze").glob("singlesearch_*.json")]
    files.append(shared("tvmaze/show_3928_embed_seasons.json"))
    told = [
        Told(f"tt90000{place:02d}", {"show": file.read_bytes()}, place)
        for place, file in enumerate(sorted(files))
    ]
    episodes = (shared("tvmaze") / "episodesbydate.json").read_bytes()
    await tell(LAKE, "TVmaze", [*told, Told("tt9000099", {"episodes": episodes}, 99)])
    await _trusted()
    shows = {row["name"]: row for row in table(LAKE, f"{TVMAZE}/Shows")}
    assert len(shows) == len(told) > 8
    assert shows["Krøniken"]["schedule"] == {"time": None, "days": []}
    assert shows["Krøniken"]["rating"] == {"average": None}
    assert shows["1992"]["network"]["country"]["timezone"] == "Europe/Rome"
    (episode,) = table(LAKE, f"{TVMAZE}/Episodes")
    assert episode["airstamp"] == datetime(2012, 6, 7, 3)  # noqa: DTZ001 - UTC, without a zone
    assert not table(LAKE, f"{TVMAZE}/Rejects")
