"""The analysis' queries, which DuckDB runs, as Athena's named queries."""

import re
from typing import Any

import sqlglot
from sqlglot import exp

from harvester.zones.analysis.queries import ONCE
from harvester.zones.analysis.questions import Question
from harvester.zones.ddl.billed import FIRST_BILLED


def said_of(question: Question) -> str:
    """Return what a query's comment says of it, on one line. Pure."""
    return " ".join(_comments(question))


def _comments(question: Question) -> list[str]:
    return re.findall(r"^-- (.*)$", question.sql, re.MULTILINE)


def _named(name: str, sql: str) -> exp.CTE:
    alias = exp.TableAlias(this=exp.to_identifier(name))
    return exp.CTE(this=sqlglot.parse_one(sql, read="duckdb"), alias=alias)


def named_query(question: Question) -> str:
    """Return a question in Athena's SQL, of all titles. Pure."""
    query: Any = sqlglot.parse_one(question.sql, read="duckdb")
    made = {"chosen": f"SELECT * FROM dim_title WHERE {ONCE}", "billed": FIRST_BILLED}  # noqa: S608 - ours
    asked = {table.name for table in query.find_all(exp.Table)}
    needed = [_named(name, sql) for name, sql in made.items() if name in asked]
    query.set("with_", exp.With(expressions=[*needed, *query.ctes]))
    head = "".join(f"-- {line}\n" for line in _comments(question))
    hint = "-- For movies or series alone, add to the next WHERE: AND kind = 'movie' or 'series'\n"
    sql: str = query.sql(dialect="athena", pretty=True, comments=False)
    return f"{head}{hint}{sql}\n"
