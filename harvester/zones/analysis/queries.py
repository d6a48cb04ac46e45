"""The Refined zone → rows: each question's query, run for all titles, movies and series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from harvester.zones.analysis.choices import CHOICES, Row, Rows
from harvester.zones.analysis.questions import QUESTIONS
from harvester.zones.ddl.billed import FIRST_BILLED
from harvester.zones.table_files import reading

ONCE = "(same_as IS NULL OR title_id < same_as)"
"""Rows of `dim_title` that count: of several that are one title at TMDB, that of the least id."""

_OVERVIEW = f"""
SELECT
    kind,
    count(*) AS titles,
    count(*) FILTER (outcome = 'harvested') AS harvested,
    count(*) FILTER (outcome = 'unmatched') AS unmatched,
    count(*) FILTER (outcome = 'failed') AS failed,
    count(*) FILTER (outcome IS NULL) AS pending,
    count(budget) AS budget,
    count(revenue) AS revenue,
    count(imdb_rating) AS imdb_rating,
    count(tmdb_rating) AS tmdb_rating,
    count(runtime_minutes) AS runtime
FROM dim_title
JOIN fact_title USING (title_id)
WHERE {ONCE}
GROUP BY kind
"""  # noqa: S608 - ours


@dataclass(frozen=True, slots=True)
class Answers:
    """The rows of every question by its name, and the counts of titles by kind."""

    rows: dict[str, Rows]
    overview: list[Row]


def answer(connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str]]) -> Answers:
    """Run every query on the tables that have these Parquet files."""
    for name, paths in files.items():
        connection.execute(f"CREATE VIEW {name} AS FROM {reading(paths)}")
    connection.execute(f"CREATE TABLE billed AS {FIRST_BILLED}")
    rows: dict[str, Rows] = {question.name: {} for question in QUESTIONS}
    for choice in CHOICES:
        kind = "" if choice == "all" else f" AND kind = '{choice}'"
        connection.execute(f"CREATE OR REPLACE VIEW chosen AS FROM dim_title WHERE {ONCE}{kind}")
        for question in QUESTIONS:
            rows[question.name][choice] = _rows(connection, question.sql)
    return Answers(rows, _rows(connection, _OVERVIEW))


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
