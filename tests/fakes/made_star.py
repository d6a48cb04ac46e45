"""A Refined zone made by hand, without Raw or Trusted: rows → Parquet, as declared."""

import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harvester.stores import open_store
from harvester.zones import state
from harvester.zones.analysis.queries import Answers, answer
from harvester.zones.connection import connect
from harvester.zones.refined.tables import ROOT, TABLES

Star = dict[str, list[dict[str, Any]]]


async def make_star(lake: Path | str, star: Star, *, synthetic: bool = False) -> None:
    """Write every table of the star schema; those missing from `star` are empty."""
    async with open_store(str(lake)) as store:
        for table in TABLES:
            schema = table.schema().to_pyarrow()
            names = schema.names
            rows = [dict.fromkeys(names) | row for row in star.get(table.name, [])]
            sink = pa.BufferOutputStream()
            pq.write_table(pa.Table.from_pylist(rows, schema), sink)
            await store.put(f"{ROOT}{table.name}/part-0.parquet", sink.getvalue().to_pybytes())
        zone_state = {
            "synthetic": synthetic,
            "runs": ["20261124-1a2b3c4d"],
            "dates": ["2026-11-23", "2026-11-24"],
            "trusted": "x",
            "engine": "duckdb",
            "built_at": "2026-11-24T08:00:00Z",
            "rows": {},
            "checks": [
                {"table": "dim_title", "name": "rows", "found": 4, "wanted": None, "breach": False}
            ],
        }
        await state.save_state(store, state.REFINED, zone_state)


def answers_of(lake: Path | str) -> Answers:
    """Answer every question of the analysis from the tables of a lake's Refined zone."""
    with tempfile.TemporaryDirectory() as scratch, closing(connect(Path(scratch))) as connection:
        return answer(
            connection, {table.name: [f"{lake}/{ROOT}{table.name}/*.parquet"] for table in TABLES}
        )


def _title(
    number: int, kind: str, title: str, released: date | None, **more: Any
) -> dict[str, Any]:
    return {
        "title_id": f"tt{number:07d}",
        "kind": kind,
        "in_csv": True,
        "outcome": "harvested",
        "tmdb_id": number,
        "title": title,
        "year": released.year if released else None,
        "release_date": released,
        **more,
    }


def _cast(number: int, person: int, billing: int | None, job: str = "Actor") -> dict[str, Any]:
    return {
        "title_id": f"tt{number:07d}",
        "person_id": person,
        "credit_id": f"{number}-{person}-{job}",
        "role": "crew" if billing is None else "cast",
        "job": job,
        "billing": billing,
    }


def _values(number: int, column: str, *values: str | None) -> list[dict[str, Any]]:
    """Return a column's values of one day after the other."""
    days = [datetime(2026, 11, 23 + place, 7, tzinfo=UTC) for place in range(len(values))]
    return [
        {
            "title_id": f"tt{number:07d}",
            "column_name": column,
            "value": value,
            "valid_from": day.replace(tzinfo=None),
            "valid_to": None if after is None else after.replace(tzinfo=None),
        }
        for value, day, after in zip(values, days, [*days[1:], None], strict=True)
    ]


def small_star() -> Star:
    """Return three movies, a series and an unmatched title: small enough to compute by hand."""
    ids = {n: f"tt{n:07d}" for n in range(1, 6)}
    return {
        "dim_title": [
            _title(1, "movie", "Ascent", date(1994, 9, 23),
                   collection_id=10, collection="Climbers", original_language="en"),
            _title(2, "movie", "Bottom", date(1999, 9, 1),
                   collection_id=10, collection="Climbers", original_language="fr"),
            _title(3, "movie", "<script>alert(3)</script>", date(2005, 3, 4),
                   original_language="en"),
            _title(4, "series", "Drift", date(2001, 9, 9),
                   status="Returning Series", original_language="en",
                   network="ARD", air_days="Friday, Sunday", air_time="21:00"),
            _title(5, "movie", "Echo", None, outcome="unmatched", reason="not_found"),
        ],
        "fact_title": [
            {"title_id": ids[1], "imdb_rating": 8.0, "tmdb_rating": 7.0, "tmdb_votes": 90,
             "budget": 1_000_000, "revenue": 4_000_000, "runtime_minutes": 95},
            {"title_id": ids[2], "imdb_rating": 6.2, "tmdb_rating": 6.6, "tmdb_votes": 50,
             "budget": 2_000_000, "revenue": 1_000_000, "runtime_minutes": 100},
            {"title_id": ids[3], "imdb_rating": 5.0, "tmdb_rating": None,
             "budget": 50, "revenue": 90_000_000, "runtime_minutes": 300},
            {"title_id": ids[4], "imdb_rating": 9.0, "tmdb_rating": 9.0, "runtime_minutes": 45},
            {"title_id": ids[5], "imdb_rating": 3.0},
        ],
        "fact_rating": [
            {"title_id": ids[n], "source": source, "value": value, "given_by": "x"}
            for n, source, value in (
                (1, "Rotten Tomatoes", 90.0), (1, "Metacritic", 80.0), (1, "IMDb", 80.0),
                (2, "Rotten Tomatoes", 20.0), (2, "IMDb", 62.0), (2, "TMDB", 66.0),
                (3, "Metacritic", 100.0), (4, "IMDb", 90.0), (4, "TVmaze", 10.0),
                (4, "Metacritic", 70.0),
            )
        ],
        "title_history": [
            *_values(1, "popularity", "10.5", "2", "42"), *_values(1, "tmdb_votes", "80", "90"),
            *_values(2, "popularity", "20", "5"), *_values(2, "status", "Planned", "Released"),
            *_values(3, "popularity", "7"), *_values(3, "tmdb_votes", "1", "2"),
            *_values(4, "popularity", None, "3", "6"),
        ],
        "dim_person": [
            {"person_id": 1, "name": "Ana", "gender": "female"},
            {"person_id": 2, "name": "Bo", "gender": "male"},
            {"person_id": 3, "name": "Cy", "gender": None},
        ],
        "fact_cast": [
            _cast(1, 1, 0), _cast(1, 2, 1), _cast(2, 1, 0), _cast(2, 3, 1), _cast(3, 2, 0),
            _cast(3, 1, 12), _cast(4, 1, 0), _cast(1, 3, None, "Director"),
            _cast(2, 3, None, "Director"), _cast(3, 2, None, "Editor"),
        ],
        "bridge_title_genre": [
            {"title_id": ids[n], "genre": genre, "in_imdb": False, "in_tmdb": in_tmdb}
            for n, genre, in_tmdb in (
                (1, "Drama", True), (2, "Drama", True), (2, "Crime", True), (3, "Crime", True),
                (4, "Drama", True), (3, "Noir", False),
            )
        ],
        "dim_keyword": [{"keyword_id": 1, "keyword": "snow"}, {"keyword_id": 2, "keyword": "debt"}],
        "bridge_title_keyword": [
            {"title_id": ids[n], "keyword_id": k} for n, k in ((1, 1), (2, 1), (2, 2), (3, 2))
        ],
        "dim_language": [{"language_code": "en", "language": "English"}],
        "dim_country": [{"country_code": "US", "country": "United States"},
                        {"country_code": "FR", "country": None}],
        "bridge_title_country": [
            {"title_id": ids[1], "country_code": "US", "is_origin": True, "is_production": True},
            {"title_id": ids[2], "country_code": "FR", "is_origin": True, "is_production": False},
            {"title_id": ids[2], "country_code": "US", "is_origin": False, "is_production": True},
            {"title_id": ids[4], "country_code": "US", "is_origin": True, "is_production": True},
        ],
    }  # fmt: skip
