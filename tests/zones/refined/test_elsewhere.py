"""What OMDb and TVmaze add to the star: joined by a title's ids, null where not asked."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from csvs import MOVIES
from made_lake import Made, csv, make, table
from made_opinions import Told, tell

from harvester.run.choose import plan_of
from harvester.run.expire_run import expire_run
from harvester.stores import open_store
from harvester.zones.built import Built
from harvester.zones.refined.build import build_refined
from harvester.zones.refined.tables import FACT_EPISODE
from harvester.zones.trusted.build import build_trusted

LAKE = Path("l")
REFINED = "Refined/Parquet"
LATER = date(2026, 11, 25)
DETAILS: dict[str, Any] = {
    "title": "T",
    "name": "T",
    "overview": "o",
    "vote_average": 8.7,
    "vote_count": 9,
}
SCORES = [{"Source": "Rotten Tomatoes", "Value": "57%"}, {"Source": "Metacritic", "Value": "9/10"}]
TITLE: dict[str, Any] = {
    "Title": "O",
    "Year": "2001\N{EN DASH}2005",
    "Awards": "Won 2 Oscars. 5 wins & 7 nominations total",
    "Ratings": SCORES,
    "imdbRating": "8.3",
    "imdbVotes": "1,234",
    "BoxOffice": "$5,000",
}
US = {"name": "United States", "code": "US", "timezone": "America/New_York"}
SHOW: dict[str, Any] = {
    "name": "S",
    "premiered": "1999-01-02",
    "rating": {"average": 6.1},
    "schedule": {"time": "21:00", "days": ["Monday", "Friday"]},
    "network": {"id": 1, "name": "FOX", "country": US},
}
EPISODES: list[dict[str, Any]] = [
    {"id": 11, "season": 1, "number": 1, "airdate": "1999-01-02", "runtime": 0, "name": "Pilot"},
    {
        "id": 12,
        "season": 1,
        "number": None,
        "type": "special",
        "rating": {"average": 9},
    },
]


async def _build(*, expired: str | None = None) -> Built:
    async with open_store("l") as store:
        if expired is not None:
            await expire_run(store, await plan_of(store, expired))
        trusted = await build_trusted(store, "duckdb", rebuild=False)
        assert not trusted.breaches, [check for check in trusted.checks if check.breach]
        done = await build_refined(store, "duckdb", rebuild=False)
    assert not done.breaches, [check for check in done.checks if check.breach]
    return done


def _made(number: int, media: Any = "movie", **more: Any) -> Made:
    words = "results" if media == "tv" else "keywords"
    bodies: dict[str, Any] = {
        "find": {"movie_results": [{"id": number}]},
        "details": DETAILS,
        "credits": {"cast": [{"id": 1}]},
        "keywords": {words: [{"id": 2}]},
    }
    return Made(more.pop("imdb_id", f"tt{number:07d}"), media, number, bodies, **more)


def _of(name: str) -> dict[str, dict[str, Any]]:
    return {row["title_id"]: row for row in table(LAKE, f"{REFINED}/{name}")}


def _ratings() -> dict[tuple[str, str], tuple[float, int | None, str]]:
    return {
        (row["title_id"], row["source"]): (row["value"], row["votes"], row["given_by"])
        for row in table(LAKE, f"{REFINED}/fact_rating")
    }


@pytest.mark.slow
async def test_each_title_has_what_every_origin_says_of_it() -> None:
    """However it was asked for, it is one row; IMDb's rating is the CSV's, else OMDb's."""
    csv_row: dict[str, str] = dict.fromkeys(MOVIES.split("|"), "\\N")
    csv_row |= {"id": "tt0000001", "notaMedia": "5.3", "numeroVotos": "200"}
    csv(LAKE, "Movies/m.csv", f"{MOVIES}\n{'|'.join(csv_row.values())}\n")
    named = _made(278, id="movie:278", imdb_id="tt0111161")
    await make(LAKE, [_made(1), named, _made(3, "tv")], unmatched=("tt0000004",))
    told = [
        Told("tt0000001", {"title": TITLE}, "tt0000001", media_type="movie"),
        Told("movie:278", {"title": TITLE}, "tt0111161", "tt0111161", "movie"),
        Told("tt0000009", {"title": TITLE | {"BoxOffice": "$0"}}, "tt0000009", media_type="tv"),
    ]
    await tell(LAKE, "OMDb", told, run="20261124-0b", unmatched=("tt0000004", "tt0000005"))
    shows = [
        Told("tv:3", {"show": SHOW, "episodes": EPISODES}, 30, "tt0000003", "tv"),
        Told("tt0000009", {"show": SHOW | {"network": None}}, 90, media_type="tv"),
    ]
    await tell(LAKE, "TVmaze", shows, run="20261124-0c")
    done = await _build()
    titles, facts, rated = _of("dim_title"), _of("fact_title"), _ratings()
    assert set(titles) == {
        *("tt0000001", "tt0111161", "tt0000003", "tt0000004", "tt0000005", "tt0000009")
    }
    assert rated == {
        ("tt0000001", "IMDb"): (53.0, 200, "CSV"),
        ("tt0000001", "TMDB"): (87.0, 9, "TMDB"),
        ("tt0000001", "Rotten Tomatoes"): (57.0, None, "OMDb"),
        ("tt0000001", "Metacritic"): (90.0, None, "OMDb"),
        ("tt0111161", "IMDb"): (83.0, 1234, "OMDb"),
        ("tt0111161", "TMDB"): (87.0, 9, "TMDB"),
        ("tt0111161", "Rotten Tomatoes"): (57.0, None, "OMDb"),
        ("tt0111161", "Metacritic"): (90.0, None, "OMDb"),
        ("tt0000003", "TMDB"): (87.0, 9, "TMDB"),
        ("tt0000003", "TVmaze"): (61.0, None, "TVmaze"),
        ("tt0000009", "IMDb"): (83.0, 1234, "OMDb"),
        ("tt0000009", "Rotten Tomatoes"): (57.0, None, "OMDb"),
        ("tt0000009", "Metacritic"): (90.0, None, "OMDb"),
        ("tt0000009", "TVmaze"): (61.0, None, "TVmaze"),
    }
    honours = ("award_wins", "award_nominations", "oscars_won", "box_office")
    assert [facts["tt0111161"][name] for name in honours] == [5, 7, 2, 5000]
    assert [facts["tt0000009"][name] for name in honours] == [5, 7, 2, None]
    assert [facts["tt0000003"][name] for name in honours] == [None] * 4
    series = titles["tt0000003"]
    assert (series["title"], series["network"], series["network_country"]) == ("T", "FOX", "US")
    assert (series["time_zone"], series["air_days"], series["air_time"]) == (
        "America/New_York",
        "Monday, Friday",
        "21:00",
    )
    alone = titles["tt0000009"]
    assert (alone["kind"], alone["title"], alone["outcome"]) == ("series", "O", None)
    assert (alone["year"], alone["end_year"], alone["network"]) == (2001, 2005, None)
    assert titles["tt0000001"]["title"] == "T"
    assert (titles["tt0000005"]["kind"], titles["tt0000005"]["title"]) == ("movie", None)
    first, special = sorted(table(LAKE, f"{REFINED}/fact_episode"), key=lambda e: e["episode_id"])
    assert (first["title_id"], first["imdb_id"]) == ("tt0000003", "tt0000003")
    assert (first["air_date"], first["runtime_minutes"]) == (date(1999, 1, 2), None)
    assert (special["number"], special["tvmaze_rating"]) == (None, 9.0)
    assert {row["date"] for row in table(LAKE, f"{REFINED}/dim_date")} == {date(1999, 1, 2)}
    assert _country_names() == {"US": "United States"}
    counted = {check.name: check.found for check in done.checks if check.table == "dim_title"}
    assert [counted[f"{what} OMDb"] for what in _COUNTED] == [5, 3, 3]
    assert [counted[f"{what} TVmaze"] for what in _COUNTED] == [2, 2, 2]
    assert counted["titles asked"] == 4


_COUNTED = ("asked at", "matched at", "something gained from")


def _country_names() -> dict[str, str]:
    return {r["country_code"]: r["country"] for r in table(LAKE, f"{REFINED}/dim_country")}


@pytest.mark.slow
async def test_a_lake_of_tmdb_alone_has_empty_tables_and_nulls() -> None:
    """The tables are there with their columns, and no other origin is named in the checks."""
    await make(LAKE, [_made(1)])
    done = await _build()
    assert table(LAKE, f"{REFINED}/fact_episode") == []
    schema = pq.read_schema(LAKE / REFINED / "fact_episode/part-0.parquet")
    assert schema == FACT_EPISODE.schema().to_pyarrow()
    assert _ratings() == {("tt0000001", "TMDB"): (87.0, 9, "TMDB")}
    title, facts = _of("dim_title")["tt0000001"], _of("fact_title")["tt0000001"]
    assert [title[name] for name in ("network", "air_days", "time_zone")] == [None] * 3
    assert [facts[name] for name in ("award_wins", "oscars_won", "box_office")] == [None] * 3
    assert not [check for check in done.checks if "OMDb" in check.name or "TVmaze" in check.name]
    assert {check.found for check in done.checks if check.table == "fact_episode"} == {0}
    assert {path.name for path in LAKE.glob("Trusted/*/")} == {"Local", "TMDB"}


@pytest.mark.slow
async def test_a_lake_without_tmdb() -> None:
    """A run of TVmaze alone makes a star."""
    await tell(LAKE, "TVmaze", [Told("tt0000003", {"show": SHOW, "episodes": []}, 30)])
    done = await _build()
    assert done.built == ["TVmaze 2026-11-24"]
    title = _of("dim_title")["tt0000003"]
    assert (title["kind"], title["title"], title["year"]) == ("series", "S", 1999)
    assert _ratings() == {("tt0000003", "TVmaze"): (61.0, None, "TVmaze")}
    assert table(LAKE, f"{REFINED}/fact_episode") == []


@pytest.mark.slow
async def test_the_newest_counts_and_an_expired_run_takes_its_rows_along() -> None:
    """Of two dates the later stands whole; when that is expired, the earlier is back."""
    await tell(LAKE, "OMDb", [Told("tt0000001", {"title": TITLE})], run="20261124-0a")
    old = Told("tt0000003", {"show": SHOW, "episodes": EPISODES}, 30)
    await tell(LAKE, "TVmaze", [old], run="20261124-0b")
    at = "2026-11-25T07:00:00Z"
    newer = Told("tt0000001", {"title": TITLE | {"imdbRating": "9.0"}}, fetched_at=at)
    await tell(LAKE, "OMDb", [newer], run="20261125-0a", day=LATER)
    bodies = {"show": SHOW | {"network": None}, "episodes": [EPISODES[0] | {"name": "First"}]}
    await tell(
        LAKE, "TVmaze", [Told("tt0000003", bodies, 30, fetched_at=at)], run="20261125-0b", day=LATER
    )
    await _build()
    assert _ratings()["tt0000001", "IMDb"][0] == 90.0
    assert _of("dim_title")["tt0000003"]["network"] is None
    (episode,) = table(LAKE, f"{REFINED}/fact_episode")
    assert episode["name"] == "First"

    done = await _build(expired="20261125-0b")
    assert done.built == ["OMDb 2026-11-24", "OMDb 2026-11-25", "TVmaze 2026-11-24"]
    assert not list(LAKE.glob("Trusted/TVmaze/**/dt=2026-11-25"))
    assert _of("dim_title")["tt0000003"]["network"] == "FOX"
    assert len(table(LAKE, f"{REFINED}/fact_episode")) == 2

    await _build(expired="20261124-0b")
    assert table(LAKE, f"{REFINED}/fact_episode") == []
    assert set(_of("dim_title")) == {"tt0000001"}
    assert not list(LAKE.glob("Trusted/TVmaze/**/dt=*"))


@pytest.mark.slow
async def test_a_real_run_of_one_origin_leaves_out_simulated_ones_of_another() -> None:
    """A lake holds either: what a simulated OMDb said is no part of a real star."""
    fake = Told("tt0000001", {"title": TITLE})
    await tell(LAKE, "OMDb", [fake], run="20261124-0a", synthetic=True)
    await _build()
    assert ("tt0000001", "Metacritic") in _ratings()
    await make(LAKE, [_made(1)], run="20261124-0b")
    done = await _build()
    assert done.left_out == 1
    assert set(_ratings()) == {("tt0000001", "TMDB")}


@pytest.mark.slow
async def test_a_damaged_run_of_another_origin_takes_nothing_else_along() -> None:
    """It is named and left out; TMDB's titles are built."""
    await make(LAKE, [_made(1)], run="20261124-0a")
    await tell(LAKE, "OMDb", [Told("tt0000001", {"title": TITLE})], run="20261124-0b")
    manifest = LAKE / "Raw/OMDb/_harvest/20261124-0b/units/000000.json"
    manifest.write_bytes(b"[1]")
    done = await _build()
    assert list(done.damaged) == ["20261124-0b"]
    assert set(_ratings()) == {("tt0000001", "TMDB")}
    assert isinstance(_of("dim_title")["tt0000001"]["fetched_at"], datetime)
