"""OMDb's titles in Trusted: typed out of texts, and what does not fit is a reject that says why."""

import json
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
OMDB = "Trusted/OMDb/Parquet"
FULL = {
    "Title": "A",
    "Year": "1978\N{EN DASH}1991",
    "Rated": "PG-13",
    "Released": "14 Oct 1994",
    "Runtime": "142 min",
    "Genre": "Crime, Drama",
    "Director": "N/A",
    "Awards": "Won 4 Oscars. 152 wins & 217 nominations total",
    "Ratings": [
        {"Source": "Internet Movie Database", "Value": "7.1/10"},
        {"Source": "Rotten Tomatoes", "Value": "57%"},
        {"Source": "Metacritic", "Value": "55/100"},
    ],
    "Metascore": "55",
    "imdbRating": "7.1",
    "imdbVotes": "858,780",
    "imdbID": "tt0000001",
    "Type": "series",
    "totalSeasons": "14",
    "DVD": "N/A",
    "BoxOffice": "$292,587,330",
    "Response": "True",
    "New": {"a": 1},
}


async def _trusted() -> dict[str, Any]:
    async with open_store("l") as store:
        done = await build_trusted(store, "duckdb", rebuild=False)
    assert not done.breaches, done.checks
    return done.plain()


async def test_a_title_with_everything() -> None:
    """Each text is what it says; `N/A` is null, a new key is ignored, a missing one is null."""
    told = Told("movie:278", {"title": FULL}, "tt0000001", "tt0000001", "tv")
    await tell(LAKE, "OMDb", [told], unmatched=("tt0000009",))
    assert (await _trusted())["built"] == ["local", "OMDb 2026-11-24"]
    (row,) = table(LAKE, f"{OMDB}/Titles")
    assert {name: value for name, value in row.items() if value is not None} == {
        "title_id": "movie:278",
        "imdb_id": "tt0000001",
        "origin_id": "tt0000001",
        "fetched_at": datetime(2026, 11, 24, 7),  # noqa: DTZ001 - UTC, without a zone
        "run": "20261124-00000001",
        "synthetic": False,
        "title": "A",
        "type": "series",
        "year": 1978,
        "end_year": 1991,
        "rated": "PG-13",
        "released": date(1994, 10, 14),
        "runtime": 142,
        "genres": ["Crime", "Drama"],
        "awards": FULL["Awards"],
        "award_wins": 152,
        "award_nominations": 217,
        "oscars_won": 4,
        "ratings": [
            {"source": "Internet Movie Database", "value": 71.0},
            {"source": "Rotten Tomatoes", "value": 57.0},
            {"source": "Metacritic", "value": 55.0},
        ],
        "metascore": 55,
        "imdb_rating": 7.1,
        "imdb_votes": 858_780,
        "seasons": 14,
        "box_office": 292_587_330,
        "dt": date(2026, 11, 24),
    }
    outcomes = {one["title_id"]: one for one in table(LAKE, f"{OMDB}/Outcomes")}
    assert (outcomes["movie:278"]["imdb_id"], outcomes["movie:278"]["origin_id"]) == (
        "tt0000001",
        "tt0000001",
    )
    assert (outcomes["tt0000009"]["outcome"], outcomes["tt0000009"]["reason"]) == (
        "unmatched",
        "not_found",
    )
    assert not list(LAKE.glob("Trusted/TMDB"))
    assert not list(LAKE.glob("Trusted/TVmaze"))


async def test_texts_that_do_not_fit() -> None:
    """Each rejects its record with the key and what stands there; one that fits is kept."""
    cases: dict[str, tuple[Any, str]] = {
        "Title": (5, "text"),
        "Year": ("199x", "a year, or two"),
        "Released": ("14 Okt 1994", "a date"),
        "Runtime": ("long", "a length in minutes"),
        "Genre": (["Drama"], "text"),
        "Awards": ("a few", "awards as OMDb writes them"),
        "Ratings": ([{"Source": "R", "Value": "57"}], "a list that fits"),
        "Metascore": (55, "a whole number"),
        "imdbRating": ("high", "a number"),
        "imdbVotes": ("85,80", "a whole number"),
        "BoxOffice": ("£5", "an amount of US dollars"),
    }
    told = [
        Told(f"tt00001{place:02d}", {"title": FULL | {key: value}})
        for place, (key, (value, _)) in enumerate(cases.items())
    ]
    for value in ("none", [5], {"Source": "R"}):
        told.append(Told(f"tt00002{len(told):02d}", {"title": FULL | {"Ratings": value}}))
    empty = FULL | {key: "N/A" for key in cases if key != "Ratings"} | {"Ratings": []}
    await tell(LAKE, "OMDb", [*told, Told("tt0000300", {"title": empty})])
    await _trusted()
    (kept,) = table(LAKE, f"{OMDB}/Titles")
    assert (kept["title_id"], kept["title"], kept["ratings"]) == ("tt0000300", None, [])
    rejects = {row["title_id"]: row for row in table(LAKE, f"{OMDB}/Rejects")}
    assert {row["table"] for row in rejects.values()} == {"Titles"}
    assert {row["level"] for row in rejects.values()} == {"record"}
    assert "language" not in rejects["tt0000100"]
    for place, (key, (value, fits)) in enumerate(cases.items()):
        row = rejects[f"tt00001{place:02d}"]
        assert row["reason"] == f"{key}: not {fits}"
        assert json.loads(row["value"]) == value
    assert len(rejects) == len(told)


@pytest.mark.slow
async def test_the_newest_of_a_title_within_a_date() -> None:
    """Of two runs of a date the later record stands, and the other is counted."""
    late = Told("tt0000001", {"title": FULL | {"Title": "B"}}, fetched_at="2026-11-24T09:00:00Z")
    await tell(LAKE, "OMDb", [late], run="20261124-0a")
    await tell(LAKE, "OMDb", [Told("tt0000001", {"title": FULL})], run="20261124-0b")
    done = await _trusted()
    (row,) = table(LAKE, f"{OMDB}/Titles")
    assert (row["title"], row["run"]) == ("B", "20261124-0a")
    counted = {c["table"]: c["found"] for c in done["checks"] if c["name"] == "superseded"}
    assert counted == {"OMDb/Titles 2026-11-24": 1}


async def test_the_recorded_titles() -> None:
    """OMDb's own answers of 2016 and 2026 pass through, byte for byte as it sent them."""
    files = {"tt0411008": "id_tt0411008_series_2016.json", "tt0770828": "id_tt0770828_movie.json"}
    told = [
        Told(key, {"title": shared(f"omdb/{name}").read_bytes()}) for key, name in files.items()
    ]
    await tell(LAKE, "OMDb", told)
    await _trusted()
    lost, steel = table(LAKE, f"{OMDB}/Titles")
    assert (lost["year"], lost["end_year"], lost["imdb_votes"]) == (2004, 2010, 370_927)
    assert (lost["award_wins"], lost["award_nominations"], lost["oscars_won"]) == (99, 358, 0)
    assert (lost["ratings"], lost["box_office"], lost["directors"]) == (None, None, None)
    assert (steel["runtime"], steel["released"]) == (143, date(2013, 6, 14))
    assert [one["value"] for one in steel["ratings"]] == [71.0, 57.0, 55.0]
    assert (steel["award_wins"], steel["award_nominations"]) == (7, 46)
    assert steel["box_office"] == 291_045_518
    assert not table(LAKE, f"{OMDB}/Rejects")
