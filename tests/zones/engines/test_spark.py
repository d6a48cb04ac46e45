"""Spark and DuckDB build the same tables from the same lake, row for row."""

import importlib.util
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.schema as sch
import orjson
import pytest
from command_line import harvester
from faulty_lake import faulty_lake, tables_of
from made_bodies import FURTHER
from made_lake import table
from made_opinions import Told, tell

from harvester.model import MediaType
from harvester.origins.tmdb.records import folder as folder_of
from harvester.zones.engines import Engine, open_engine
from harvester.zones.refined.further import newest_further
from harvester.zones.refined.latest import Trusted
from harvester.zones.schema import declared
from harvester.zones.trusted.endpoints.endpoint import EMPTY_LISTS
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.records import Transformed, of_run, transform

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
if importlib.util.find_spec("pyspark") is None:
    pytestmark.append(pytest.mark.skip(reason="pyspark is not installed: make .venv/.spark"))
elif shutil.which("java") is None:
    pytestmark.append(pytest.mark.skip(reason="Spark needs Java 17 on the PATH"))

TITLE = {
    "Title": 'O "b"',
    "Year": "1978\N{EN DASH}1991",
    "Released": "1 Mar 1994",
    "Runtime": "1 h 5 min",
    "Genre": "Crime, Drama",
    "Awards": "Won 1 Oscar. Another 98 wins & 1,358 nominations.",
    "Ratings": [
        {"Source": "Rotten Tomatoes", "Value": "57%"},
        {"Source": "Internet Movie Database", "Value": "8.3/10"},
    ],
    "Metascore": "55",
    "imdbRating": "8.3",
    "imdbVotes": "858,780",
    "BoxOffice": "$292,587,330.00",
    "Plot": "N/A",
}
ODD_TITLES: list[Any] = [
    TITLE | {"Released": "30 Feb 1994"},
    TITLE | {"Ratings": [{"Source": "R", "Value": 57}]},
    TITLE | {"Awards": "many", "Year": 1999},
]
US = {"name": "United States", "code": "US", "timezone": "America/New_York"}
SHOW: dict[str, Any] = {
    "name": "S",
    "genres": [],
    "premiered": "1999-01-02",
    "rating": {"average": 6.1},
    "schedule": {"time": "", "days": ["Monday", "Friday"]},
    "network": None,
    "webChannel": {"id": 1, "name": "W", "country": US},
}
EPISODES = [
    {"id": 1, "season": 1, "number": 1, "airdate": "", "airstamp": "2012-06-06T23:00:00-04:00"},
    {"id": 2, "airstamp": "2012-06-07T03:00:00+00:00", "rating": {"average": 7}},
    {"id": 3, "airstamp": "later"},
    {"id": None},
    None,
]
ROLE = {"person": {"id": 5, "name": "P", "birthday": "1968-08-09"}, "self": True}


@pytest.fixture(autouse=True)
def _for_small_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare Spark what pays off for large data alone: it halves the time of these tests."""
    java = '"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"'
    conf = "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.adaptive.enabled=false"
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--driver-java-options {java} {conf} pyspark-shell")


async def _opinions(folder: Path) -> None:
    """Add runs of two other origins, on two dates, with titles that TMDB was asked for or not."""
    told = [
        Told("tt9000001", {"title": TITLE}, "tt9000001", media_type="movie"),
        Told("movie:9000006", {"title": TITLE}, "tt9000006", "tt9000006"),
        *(
            Told(f"tt80000{place:02d}", {"title": body}, f"tt80000{place:02d}")
            for place, body in enumerate(ODD_TITLES)
        ),
    ]
    await tell(folder, "OMDb", told, run="20261124-b", unmatched=("tt9000004",), synthetic=True)
    again = Told("tt9000001", {"title": {}}, "tt9000001", fetched_at="2026-11-25T07:00:00Z")
    later = date(2026, 11, 25)
    await tell(folder, "OMDb", [again], run="20261125-b", day=later, synthetic=True)
    shows = [
        Told("tt9000003", {"show": SHOW, "episodes": EPISODES, "cast": [ROLE, 5]}, 1),
        Told("tt8000099", {"show": SHOW | {"rating": 5}, "episodes": {}, "cast": []}, 2),
    ]
    await tell(folder, "TVmaze", shows, run="20261124-c", synthetic=True)


async def test_both_engines_give_equal_tables() -> None:
    """Every table of both zones, of three origins: the same columns, rows and exit codes.

    Among them texts that are numbers, bodies that are arrays, moments with a zone, and titles that
    are one by their IMDb ids.
    """
    await faulty_lake(Path("duckdb"))
    await _opinions(Path("duckdb"))
    shutil.copytree("duckdb", "spark")
    for engine in ("duckdb", "spark"):
        for command in ("trusted", "refined"):
            ended = await harvester(command, "--lake", engine, "--engine", engine)
            assert ended.code == 0, ended.err + ended.out
    ours, theirs = tables_of(Path("duckdb")), tables_of(Path("spark"))
    assert set(ours) == set(theirs)
    for name, rows in ours.items():
        assert theirs[name] == rows, name
    assert len(ours["Trusted/TMDB/Parquet/Rejects/dt=2026-11-24"][1]) == 4
    assert len(ours["Trusted/OMDb/Parquet/Rejects/dt=2026-11-24"][1]) == len(ODD_TITLES)
    assert len(ours["Trusted/TVmaze/Parquet/Rejects/dt=2026-11-24"][1]) == 6
    assert len(ours["Trusted/Local/Parquet/Rejects"][1]) == 2
    assert len(ours["Refined/Parquet/fact_cast"][1]) > 100
    _history_is_told()
    _ids_are_joined()
    _opinions_are_told()


def _history_is_told() -> None:
    values = {
        (row["column_name"], row["value"], row["valid_to"] is None)
        for row in table(Path("spark"), "Refined/Parquet/title_history")
        if row["title_id"] == "tt9000002"
    }
    assert {
        ("popularity", "0", False),
        ("popularity", "0.0004", True),
        ("status", None, False),
        ("status", "Released", True),
        ("runtime_minutes", "90", False),
        ("runtime_minutes", None, True),
    } <= values


def _ids_are_joined() -> None:
    titles = {row["title_id"]: row for row in table(Path("spark"), "Refined/Parquet/dim_title")}
    assert {"tv:9000003", "movie:9000006"}.isdisjoint(titles)
    assert {"tt9000003", "tt9000006", "movie:9000005", "movie:9000007"} <= set(titles)
    assert titles["tt9000001"]["same_as"] == "tt9000002"
    others = [key for key, row in titles.items() if row["names_other_imdb_id"]]
    assert others == ["tt9000002"]
    gone = [key for key, row in titles.items() if row["gone_at"]]
    assert gone == ["tt9000001", "tt9000006"]


def _opinions_are_told() -> None:
    rated = {
        (row["title_id"], row["source"]): row["value"]
        for row in table(Path("spark"), "Refined/Parquet/fact_rating")
        if row["source"] != "TMDB"
    }
    assert rated == {
        ("tt0000012", "IMDb"): 53.0,
        ("tt9000002", "IMDb"): 53.0,
        ("tt9000006", "IMDb"): 83.0,
        ("tt9000006", "Rotten Tomatoes"): 57.0,
        ("tt9000006", "Metacritic"): 55.0,
        ("tt9000003", "TVmaze"): 61.0,
    }
    episodes = table(Path("spark"), "Refined/Parquet/fact_episode")
    assert [str(row["aired_at"]) for row in episodes] == ["2012-06-07 03:00:00"] * 2


# One of each shape that no other endpoint has; a query costs Spark seconds.
_FURTHER: tuple[tuple[str, MediaType], ...] = (
    ("watch_providers", "movie"),
    ("release_dates", "movie"),
    ("external_ids", "movie"),
    ("content_ratings", "tv"),
)


def _typed(engine: Engine, folder: Path) -> dict[str, list[str]]:
    """Return the rows and rejects of some endpoints, and what Refined makes of them."""
    found: dict[str, list[str]] = {}
    tables: dict[str, Any] = {}
    for endpoint in TMDB.endpoints:
        name = endpoint.table.name
        where = folder / f"{name.replace('/', '-')}.json"
        if where.exists():
            records = of_run(engine.records([str(where)], TMDB.record), "r", synthetic=False)
            typed = engine.keep(where.stem, transform(engine, endpoint, records).typed)
            found[name] = sorted(map(_told, engine.rows(typed)))
            rows = Transformed(endpoint.table, typed).rows
            tables[name] = rows.mutate(dt=ibis.literal("2026-11-24"))
    nothing = engine.nothing(sch.Schema({"x": "string"}))
    empty = engine.nothing(EMPTY_LISTS.schema()).mutate(dt=ibis.literal(""))
    tables[EMPTY_LISTS.name] = empty
    trusted = Trusted(tmdb=tables, others={}, movies=nothing, series=nothing)
    asked = ibis.union(*(tables[name].select("title_id", "imdb_id") for name in found))
    ids = asked.distinct().mutate(asked="title_id", same_as=ibis.null("string"))
    for table_, rows in newest_further(engine, trusted, ids).tables():
        found[table_.name] = sorted(map(_told, engine.rows(declared(table_, rows))))
    return found


def _told(row: dict[str, Any]) -> str:
    return str({name: row[name] for name in sorted(row)})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Py4J's sockets
def test_they_do_of_further_endpoints(tmp_path: Path) -> None:
    """Objects by country, lists in lists, fractions of seconds; and what Refined makes of them."""
    for endpoint, media in _FURTHER:
        name = folder_of(endpoint, media).replace("/", "-")
        envelope = {"id": f"{media}:1", "fetched_at": "2026-11-24T07:00:00Z"}
        record = envelope | {"response": FURTHER[media][endpoint]}
        (tmp_path / f"{name}.json").write_bytes(orjson.dumps([record]))
    found = []
    for engine_name in ("duckdb", "spark"):
        with open_engine(engine_name, tmp_path / engine_name) as engine:
            found.append(_typed(engine, tmp_path))
    ours, theirs = found
    assert set(ours) == set(theirs)
    for name, rows in ours.items():
        assert theirs[name] == rows, name
    assert len(ours["fact_certification"]) == 3
    assert len(ours["bridge_title_provider"]) == 2
    assert len(ours["fact_external_id"]) == 2
    assert sum("'reason': '" in row for rows in ours.values() for row in rows) == 4
