"""The Refined zone of a lake → the analysis page."""

import asyncio
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from harvester.clock import now
from harvester.errors import LakeError
from harvester.pages import Language, Texts, load_texts, render
from harvester.pages.numbers import number, percent
from harvester.stores import Store
from harvester.zones import state
from harvester.zones.analysis.charts import spec
from harvester.zones.analysis.findings import finding
from harvester.zones.analysis.questions import CHOICES, QUESTIONS, Answers, Row, answer, query
from harvester.zones.refined.tables import ROOT, TABLES
from harvester.zones.workspace import Workspace

MAX_ROWS = 30
"""Rows of a table beneath a chart; the query gives them all."""

_COUNTS = ("titles", "harvested", "unmatched", "failed", "pending")
_FIELDS = ("imdb_rating", "tmdb_rating", "runtime", "budget", "revenue")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "ratings": ("imdb", "tmdb", "titles", "gap"),
    "money": ("title", "year", "budget", "revenue", "times"),
    "genres": ("decade", "genre", "titles", "share"),
    "months": ("month", "titles", "share"),
    "length": ("minutes", "source", "rating", "titles"),
    "people": ("part", "name", "titles"),
    "actresses": ("decade", "share", "credits", "titles"),
    "keywords": ("genre", "keyword", "titles", "share", "times"),
    "places": ("part", "name", "titles", "share"),
    "going": ("part", "name", "titles"),
}
_DIGITS = {"imdb": 1, "tmdb": 1, "gap": 2, "rating": 2}
_PLAIN = ("year", "decade", "minutes")


async def analysis_page(store: Store, language: Language) -> str:
    """Return the page of a lake. Raises `LakeError` without a Refined zone."""
    zone_state = await state.load_state(store, state.REFINED)
    if not zone_state:
        raise LakeError(f"{store.uri} has no Refined zone: build it by `harvester refined`")
    root = None if store.uri.startswith("s3://") else Path(store.uri)
    with tempfile.TemporaryDirectory(prefix="harvester-analyse-") as scratch:
        work = Workspace(store, root, Path(scratch), None, [])
        folders = {table.name: await _fetch(work, table.name) for table in TABLES}
        answers = await asyncio.to_thread(answer, folders)
    return render_analysis(answers, zone_state, store.uri, language)


def render_analysis(
    answers: Answers, zone_state: dict[str, Any], lake: str, language: Language
) -> str:
    """Return the page of these answers; `zone_state` says what Refined was built from."""
    t = load_texts(language)
    counts: dict[str, int] = {
        name: sum(row[name] for row in answers.overview) for name in (*_COUNTS, *_FIELDS)
    }
    counts["total"] = counts["titles"]
    return render(
        "analysis.html",
        language,
        library=library(),
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
        questions=[_question(name, answers, t) for name in QUESTIONS],
        specs={name: spec(name, answers.rows[name], t) for name in QUESTIONS},
        filled={
            name: [choice for choice, rows in answers.rows[name].items() if rows]
            for name in QUESTIONS
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


def _question(name: str, answers: Answers, t: Texts) -> dict[str, Any]:
    """Return what stands around a chart: its findings, its query, its table."""
    return {
        "name": name,
        "query": query(name),
        "columns": [
            (column, place > 0 and column not in _WORDS)
            for place, column in enumerate(_COLUMNS[name])
        ],
        "choices": [
            {
                "name": choice,
                "finding": finding(name, rows, t),
                "rows": [
                    [_cell(column, row[column], t) for column in _COLUMNS[name]] for row in shown
                ],
                "note": _note(name, rows, shown, t),
            }
            for choice, rows in answers.rows[name].items()
            for shown in (_shown(name, rows),)
        ],
    }


_WORDS = ("title", "genre", "month", "source", "part", "name", "keyword")


def _shown(name: str, rows: list[Row]) -> list[Row]:
    """Return the rows for the table: of the returns, the best and the worst."""
    if name == "money":
        return [row for row in rows if row["best"] <= 5 or row["worst"] <= 5]  # noqa: PLR2004 - as the query
    return rows[:MAX_ROWS]


def _note(name: str, rows: list[Row], shown: list[Row], t: Texts) -> str:
    """Return what a table leaves out, in words."""
    if len(rows) == len(shown):
        return ""
    if name == "money":
        return t("analysis.best", of=number(rows[0]["titles"], t.language))
    return t("analysis.more", shown=len(shown), of=number(len(rows), t.language))


def _cell(column: str, value: Any, t: Texts) -> str:
    """Return a value as a table shows it."""
    match column:
        case "month":
            return t(f"month.{value}")
        case "part":
            return t(f"analysis.part.{value}")
        case "share":
            return percent(value, 1, t.language)
        case "times":
            return number(value, t.language, 1 if value >= 1 else 2)
        case _ if column in _PLAIN or not isinstance(value, int | float):
            return "" if value is None else str(value)
        case _:
            return number(value, t.language, _DIGITS.get(column, 0))


async def _fetch(work: Workspace, table: str) -> str:
    found = await work.fetch_folder(f"{ROOT}{table}/")
    if found is None:
        raise LakeError(f"{ROOT}{table}/ is missing: build it by `harvester refined --rebuild`")
    return found
