"""The Refined zone of a lake → the analysis page."""

import tempfile
from contextlib import ExitStack
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import vl_convert

from harvester.clock import now
from harvester.model import DEFAULT_ORIGIN
from harvester.pages import Language, Texts, load_texts, render
from harvester.pages.chart_tables import outcome_table
from harvester.pages.numbers import number, percent
from harvester.stores import Store
from harvester.zones import state
from harvester.zones.analysis.charts import spec
from harvester.zones.analysis.choices import CHOICES
from harvester.zones.analysis.page_names import with_page_names
from harvester.zones.analysis.queries import Answers, answer
from harvester.zones.analysis.questions import QUESTIONS, Question
from harvester.zones.connection import connect, in_thread
from harvester.zones.plain_path import plain_path
from harvester.zones.table_files import damaged_refined, refined_files
from harvester.zones.workspace import Workspace

_COUNTS = ("titles", "harvested", "unmatched", "failed", "pending")
_FIELDS = ("imdb_rating", "tmdb_rating", "runtime", "budget", "revenue")
_TWO = ("gap", "rating", "low", "high", "error", "before", "now", "change")
_DIGITS = {"imdb": 1, "tmdb": 1, "lead": 1} | dict.fromkeys(_TWO, 2)
_PLAIN = ("year", "decade", "minutes")
_WORDS = ("title", "genre", "month", "day", "source", "part", "name", "keyword", "field")
_NAMED = {"month": "month", "day": "weekday", "part": "analysis.part", "field": "analysis.known"}
"""How a column is written in a table: with how many digits, as it is, as text, by its name."""


async def analysis_page(store: Store, language: Language) -> str:
    """Return the page of a lake. Raises `LakeError` without a Refined zone."""
    zone_state = await state.required_state(store, state.REFINED, "Refined")
    with ExitStack() as plain:
        root = store.folder and plain.enter_context(plain_path(store.folder))
        made = plain.enter_context(tempfile.TemporaryDirectory(prefix="harvester-analyse-"))
        scratch = plain.enter_context(plain_path(Path(made)))
        work = Workspace(store, root, scratch, None, [])
        files = await refined_files(work, state.marks(zone_state))
        connection = connect(work.scratch)
        try:
            answers = await in_thread(connection, lambda: answer(connection, files))
        except duckdb.Error as error:  # it may be the data's
            raise damaged_refined(files) or error from None
    return render_analysis(answers, zone_state, store.uri, language)


def render_analysis(
    answers: Answers, zone_state: dict[str, Any], lake: str, language: Language
) -> str:
    """Return the page of these answers; `zone_state` says what Refined was built from."""
    t = load_texts(language)
    named = {
        question.name: with_page_names(answers.rows[question.name], language, question.names)
        for question in QUESTIONS
    }
    answers = Answers(named, answers.overview)
    counts: dict[str, int] = {
        name: sum(row[name] for row in answers.overview) for name in (*_COUNTS, *_FIELDS)
    }
    counts["total"] = counts["titles"]
    fitting = [question for question in QUESTIONS if len(zone_state["dates"]) >= question.dates]
    lacking = [one for one in fitting if one.origin and not answers.rows[one.name]["all"]]
    asked = [question for question in fitting if question not in lacking]
    return render(
        "analysis.html",
        language,
        origins=[DEFAULT_ORIGIN, *(one.origin for one in asked if one.origin)],
        library=library(),
        tables={"outcomes": outcome_table(t, counts)},
        files="analysis-{name}.csv",
        columns={question.name: _saved_columns(question, answers, t) for question in asked},
        counts=counts,
        kinds=[
            {"name": row["kind"], "harvested": row["harvested"], "total": row["titles"]}
            for row in sorted(answers.overview, key=lambda row: str(row["kind"]))
            if row["kind"] is not None
        ],
        fields=[(name, counts[name]) for name in _FIELDS],
        synthetic=zone_state["synthetic"],
        zone_state=zone_state,
        lake=lake,
        choices=CHOICES,
        questions=[_around_chart(question, answers, t) for question in asked],
        lacking=[question.name for question in lacking],
        specs={
            question.name: spec(question.chart, question.to_draw(answers.rows[question.name]), t)
            for question in asked
        },
        filled={
            question.name: [
                choice
                for choice, rows in question.to_draw(answers.rows[question.name]).items()
                if rows
            ]
            for question in asked
        },
        locale={
            "decimal": t("locale.decimal"),
            "thousands": t("locale.thousands"),
            "grouping": [3],
            "currency": ["US$ ", ""],
        },
        made_at=now(),
    )


@cache
def library() -> str:
    """Return Vega and the page's own wiring as one script; Vega takes seconds to put together."""
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    vega: str = vl_convert.javascript_bundle(vl_version=version)  # type: ignore[call-arg]  # its stub
    own = (files("harvester.pages") / "assets" / "analysis.js").read_text(encoding="utf-8")
    return f"{vega}\n{own}"


def _around_chart(question: Question, answers: Answers, t: Texts) -> dict[str, Any]:
    """Return what stands around a chart: its findings, its query, its table."""
    return {
        "name": question.name,
        "origin": question.origin,
        "query": question.sql,
        "columns": [
            (column, place > 0 and column not in _WORDS)
            for place, column in enumerate(question.columns)
        ],
        "choices": [
            {
                "name": choice,
                "finding": question.headline(rows, t),
                "rows": [
                    [_cell(column, row[column], t) for column in question.columns] for row in shown
                ],
                "note": note,
            }
            for choice, rows in answers.rows[question.name].items()
            for shown, note in (question.excerpt(rows, t),)
        ],
    }


def _saved_columns(question: Question, answers: Answers, t: Texts) -> list[list[Any]]:
    """Return the columns of a chart's CSV: field, title, and words where values have names."""
    rows = [row for some in question.to_draw(answers.rows[question.name]).values() for row in some]
    return [
        [
            column,
            t(f"analysis.axis.{column}"),
            {row[column]: t(f"{_NAMED[column]}.{row[column]}") for row in rows}
            if column in _NAMED
            else None,
        ]
        for column in question.columns
    ]


def _cell(column: str, value: Any, t: Texts) -> str:
    """Return a value as a table shows it."""
    if column in _NAMED:
        return t(f"{_NAMED[column]}.{value}")
    match column:
        case "hour" if value is not None:
            return f"{value}:00"
        case "share":
            return percent(value, 1, t.language)
        case "times":
            return number(value, t.language, 1 if value >= 1 else 2)
        case _ if column in _PLAIN or not isinstance(value, int | float):
            return "" if value is None else str(value)
        case _:
            return number(value, t.language, _DIGITS.get(column, 0))
