"""Refined: the star schema of hand-made lakes and of recorded bodies, and checks that can fail."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pytest
from command_line import harvester
from csvs import MOVIES, shared
from made_lake import Made, csv, make, table

from harvester.stores import open_store
from harvester.zones import quality
from harvester.zones.built import Built
from harvester.zones.engines import open_engine
from harvester.zones.refined.build import build_refined
from harvester.zones.refined.tables import FACT_CAST, FACT_TITLE
from harvester.zones.trusted.build import build_trusted

REFINED = "Refined/Parquet"
FULL: dict[str, dict[str, Any]] = {
    "details": {"id": 1, "title": "A", "overview": "o"},
    "credits": {"cast": [{"id": 5, "name": "P", "character": "X", "order": 0}], "crew": []},
    "keywords": {"keywords": [{"id": 3, "name": "k"}]},
    "find": {"movie_results": [{"id": 1}]},
}


async def _build() -> Built:
    async with open_store("l") as store:
        trusted = await build_trusted(store, "duckdb", rebuild=False)
        assert not trusted.breaches, trusted.checks
        return await build_refined(store, "duckdb", rebuild=False)


def _of(name: str) -> dict[Any, dict[str, Any]]:
    return {row["title_id"]: row for row in table(Path("l"), f"{REFINED}/{name}")}


def _row(imdb_id: str, **more: str) -> str:
    values = dict.fromkeys(MOVIES.split("|"), "\\N") | {"id": imdb_id, **more}
    return "|".join(values.values())


async def test_a_run_that_went_on_after_a_later_one_has_the_newest() -> None:
    """Its date is older, and its answers are newer: they count, in every table."""
    old, new = "2026-11-26T07:00:00Z", "2026-11-27T07:00:00Z"
    for title, fetched_at, day in (("new", new, 25), ("old", old, 26)):
        bodies: dict[str, Any] = {
            "details": {"id": 1, "title": title, "overview": "o"},
            "credits": {"cast": [{"id": 5, "name": title, "order": 0}], "crew": []},
            "keywords": {"keywords": [{"id": 3, "name": title}]},
            "videos": {"results": [{"id": title, "name": title, "type": "Teaser"}]},
        }
        made = Made("tt0000001", bodies=bodies, fetched_at=fetched_at)
        await make(Path("l"), [made], run=f"202611{day}-0a", day=date(2026, 11, day))
    await _build()
    (row,) = table(Path("l"), f"{REFINED}/dim_title")
    assert (row["title"], row["fetched_at"]) == ("new", datetime(2026, 11, 27, 7))  # noqa: DTZ001 - it has no zone
    for name, column in (("dim_person", "name"), ("dim_keyword", "keyword")):
        (row,) = table(Path("l"), f"{REFINED}/{name}")
        assert row[column] == "new"


async def test_another_imdb_id_is_another_than_the_titles() -> None:
    """The newest record may be of `movie:1`, whose details name an id that is not this row's."""
    details = FULL["details"] | {"imdb_id": "tt0000099"}
    for number, asked in enumerate((None, "movie:1"), 25):
        made = Made("tt0000001", bodies=FULL | {"details": details}, id=asked)
        await make(Path("l"), [made], run=f"202611{number}-0a", day=date(2026, 11, number))
        await _build()
        (row,) = table(Path("l"), f"{REFINED}/dim_title")
        assert (row["title_id"], row["names_other_imdb_id"]) == ("tt0000001", True)


async def test_titles_of_the_csvs_and_of_tmdb_in_one_star() -> None:
    """A harvested title, one only in the CSV and one unmatched: each has its row and values."""
    rows = [
        MOVIES,
        _row("tt0000001", tituloPincipal="CSV", anoLancamento="1990", tempoMinutos="90"),
        _row("tt0000002", tituloPincipal="Alone", anoLancamento="1991", genero="Drama"),
        _row("tt0000003", tituloPincipal="Lost", notaMedia="5.5", numeroVotos="7"),
    ]
    csv(Path("l"), "Movies/m.csv", "\n".join([*rows, ""]))
    details = FULL["details"] | {
        "title": "TMDB",
        "release_date": "2001-07-20",
        "budget": 0,
        "revenue": 12,
        "runtime": 0,
        "vote_average": 0.0,
        "vote_count": 0,
        "genres": [{"id": 18, "name": "Drama"}],
        "production_companies": [{"id": 8, "name": "C", "origin_country": ""}],
        "production_countries": [{"iso_3166_1": "JP", "name": "Japan"}],
        "origin_country": ["JP"],
        "original_language": "ja",
        "spoken_languages": [{"iso_639_1": "en", "english_name": "English", "name": "English"}],
    }
    await make(
        Path("l"),
        [Made("tt0000001", bodies=FULL | {"details": details})],
        unmatched=("tt0000003",),
        synthetic=True,
    )
    done = await _build()
    assert not done.breaches, done.checks
    titles, facts = _of("dim_title"), _of("fact_title")
    assert set(titles) == set(facts) == {"tt0000001", "tt0000002", "tt0000003"}
    assert {key: row["title"] for key, row in titles.items()} == {
        "tt0000001": "TMDB",
        "tt0000002": "Alone",
        "tt0000003": "Lost",
    }
    assert [titles[key]["outcome"] for key in sorted(titles)] == ["harvested", None, "unmatched"]
    assert (titles["tt0000001"]["year"], titles["tt0000002"]["year"]) == (2001, 1991)
    one = facts["tt0000001"]
    assert (one["budget"], one["revenue"], one["tmdb_rating"]) == (None, 12, None)
    assert one["runtime_minutes"] == 90  # TMDB's 0 means unknown, the CSV has the value
    assert (facts["tt0000003"]["imdb_rating"], facts["tt0000003"]["imdb_votes"]) == (5.5, 7)
    genres = {row["imdb_id"]: row for row in table(Path("l"), f"{REFINED}/bridge_title_genre")}
    assert (genres["tt0000001"]["in_imdb"], genres["tt0000001"]["in_tmdb"]) == (False, True)
    assert (genres["tt0000002"]["in_imdb"], genres["tt0000002"]["in_tmdb"]) == (True, False)
    (country,) = table(Path("l"), f"{REFINED}/bridge_title_country")
    assert (country["is_origin"], country["is_production"]) == (True, True)
    languages = {row["language_code"] for row in table(Path("l"), f"{REFINED}/dim_language")}
    assert languages == {"ja", "en"}
    (day,) = table(Path("l"), f"{REFINED}/dim_date")
    assert (day["date"], day["decade"], day["quarter"]) == (date(2001, 7, 20), 2000, 3)
    assert day["weekday"] == 5  # it was a Friday
    zone_state = json.loads(Path(f"l/{REFINED}/_build.json").read_bytes())
    assert zone_state["synthetic"] is True
    assert zone_state["runs"] == ["20261124-00000000"]
    for name in ("dim_provider", "bridge_title_provider", "fact_certification", "fact_external_id"):
        assert table(Path("l"), f"{REFINED}/{name}") == []  # no run asked for what they are of


@pytest.mark.slow
async def test_the_newest_date_of_a_title_counts() -> None:
    """Details, people and keywords are those of the newest date, not a mixture."""
    await make(Path("l"), [Made("tt0000001", bodies=FULL)], run="20261124-0a")
    newer = FULL | {
        "details": {"id": 1, "title": "B", "overview": "o"},
        "keywords": {"keywords": [{"id": 4, "name": "other"}]},
    }
    await make(
        Path("l"),
        [Made("tt0000001", bodies=newer, fetched_at="2026-11-25T07:00:00Z")],
        run="20261125-0a",
        day=date(2026, 11, 25),
    )
    assert not (await _build()).breaches
    assert _of("dim_title")["tt0000001"]["title"] == "B"
    (keyword,) = table(Path("l"), f"{REFINED}/bridge_title_keyword")
    assert keyword["keyword_id"] == 4


@pytest.mark.slow
async def test_an_endpoint_that_adds_nothing_is_a_breach() -> None:
    """No title got a keyword: exit 3; an endpoint that was not requested is not a breach."""
    await make(Path("l"), [Made("tt0000001", bodies=FULL | {"keywords": {"keywords": []}})])
    (breach,) = [check for check in (await _build()).checks if check.breach]
    assert breach.name == "gained by keywords, of those matched"
    again = await harvester("refined", "--lake", "l", "--json")
    assert again.code == 3  # what is built already keeps its result
    assert json.loads(again.out)["built"] == []


async def test_a_value_out_of_range_is_a_breach() -> None:
    """TMDB never gives a rating above 10."""
    details = FULL["details"] | {"vote_average": 11, "vote_count": 1}
    await make(Path("l"), [Made("tt0000001", bodies=FULL | {"details": details})])
    ended = await harvester("trusted", "--lake", "l")
    assert ended.code == 3
    assert "vote_average out of range" in ended.out


def test_keys_and_foreign_keys_can_fail(tmp_path: Path) -> None:
    """Duplicates, missing keys and dangling references are counted."""
    connection = duckdb.connect()
    fact = tmp_path / "fact.parquet"
    connection.sql(
        "SELECT i AS title_id, i AS imdb_id, NULL::DATE AS release_date, 1.0 AS imdb_rating, "
        "1 AS imdb_votes, 1.0 AS tmdb_rating, 1 AS tmdb_votes, 1.0 AS popularity, 1 AS budget, "
        "0 AS revenue, 1 AS runtime_minutes, 1 AS seasons, 1 AS episodes, 1 AS award_wins, "
        "1 AS award_nominations, 1 AS oscars_won, 1 AS box_office "
        "FROM (VALUES ('tt1'), ('tt1'), (NULL), ('tt2')) t(i)"
    ).write_parquet(str(fact))
    with open_engine("duckdb", tmp_path) as engine:
        rows = engine.parquet(str(fact))
        found = {check.name: check for check in quality.of_table(engine, FACT_TITLE, rows)}
        assert (found["double title_id"].found, found["double title_id"].breach) == (1, True)
        assert found["title_id missing"].found == 1
        assert found["revenue out of range"].found == 4
        assert not found["budget out of range"].breach
        titles = rows.filter(rows["title_id"] == "tt1").select("title_id")
        dates = rows.select(date="release_date")
        lost = quality.foreign_keys(
            engine,
            [FACT_TITLE, *_only("dim_title", "dim_date")],
            {
                "fact_title": rows,
                "dim_title": titles.mutate(
                    release_date=ibis.null("date"), original_language=ibis.null("string")
                ),
                "dim_date": dates,
            },
        )
        assert {check.name: check.found for check in lost if check.table == "fact_title"} == {
            "title_id not in dim_title": 1,
            "release_date not in dim_date": 0,
        }
    assert FACT_CAST.key


def _only(*names: str) -> list[Any]:
    from dataclasses import replace  # noqa: PLC0415 - here alone

    from harvester.zones.refined.tables import TABLES  # noqa: PLC0415 - here alone

    found = []
    for one in TABLES:
        if one.name in names:
            columns = tuple(replace(column, references=None) for column in one.columns)
            found.append(replace(one, columns=columns))
    return found


def _recorded() -> list[Made]:
    """Return the recorded bodies as titles, each with its available bodies."""
    folder = shared("tmdb/recorded")
    bodies: dict[tuple[Any, int], dict[str, Any]] = {}
    for media in ("movie", "tv"):
        for prefix in ("derived_", ""):
            for endpoint in ("details", "credits", "keywords"):
                for file in sorted((folder / f"{prefix}{media}_{endpoint}").glob("[0-9]*.json")):
                    if not file.name.endswith(".headers.json"):
                        key = (media, int(file.stem))
                        bodies.setdefault(key, {})[endpoint] = file.read_bytes()
    return [
        Made(f"tt{9_000_000 + number}", media, tmdb_id, found)
        for number, ((media, tmdb_id), found) in enumerate(bodies.items())
    ]


@pytest.mark.slow
async def test_the_recorded_bodies() -> None:
    """TMDB's own responses pass through; three titles' figures were counted by hand."""
    made = _recorded()
    assert len(made) > 60
    await make(Path("l"), made)
    done = await _build()
    assert not done.breaches, done.checks
    ids = {(row["kind"], row["tmdb_id"]): key for key, row in _of("dim_title").items()}
    facts = _of("fact_title")
    cast = table(Path("l"), f"{REFINED}/fact_cast")
    words = table(Path("l"), f"{REFINED}/bridge_title_keyword")

    def figures(kind: str, tmdb_id: int) -> tuple[Any, ...]:
        key = ids[kind, tmdb_id]
        people = [row["role"] for row in cast if row["imdb_id"] == key]
        keywords = sum(row["imdb_id"] == key for row in words)
        return people.count("cast"), people.count("crew"), keywords, facts[key]["budget"]

    assert figures("movie", 550) == (75, 175, 14, 63_000_000)  # Fight Club
    assert figures("movie", 157336) == (34, 512, 0, 165_000_000)  # Interstellar
    assert figures("series", 1396) == (9, 18, 16, None)  # Breaking Bad
    show = facts[ids["series", 1396]]
    assert (show["seasons"], show["episodes"], show["runtime_minutes"]) == (5, 62, 45)
    godfather = facts[ids["movie", 238]]
    assert (godfather["revenue"], godfather["release_date"]) == (245_066_411, date(1972, 3, 14))
    rejects = table(Path("l"), "Trusted/TMDB/Parquet/Rejects")
    assert {(row["reason"], row["value"]) for row in rejects} == {
        ("popularity: not a number", '"93.4917224393659"')
    }
