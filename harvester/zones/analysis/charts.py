"""Rows → Vega-Lite charts. Colours and number formats are the page's, so no chart names any.

Each chart holds the rows of all choices and draws those that its parameter `choice` names, which
the page's filter sets.
"""

from collections.abc import Callable
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.answers import Rows

HEIGHT = 300
_BAR = 20
"""Pixels: a chart's height, and a bar's with its gap."""

Chart = Callable[[list[dict[str, Any]], Texts], Any]


def spec(question: str, rows: Rows, t: Texts) -> dict[str, Any]:
    """Return a question's chart as Vega-Lite JSON."""
    flat = [{**row, "choice": choice} for choice, some in rows.items() for row in some]
    chart = CHARTS[question](flat, t)
    choice = alt.param(name="choice", value="all")
    drawn = chart.add_params(choice).transform_filter("datum.choice === choice")
    content: dict[str, Any] = drawn.properties(
        width="container", autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    ).to_dict()
    return content


def _chart(rows: list[dict[str, Any]]) -> Any:
    return alt.Chart({"values": rows}).properties(height=HEIGHT)


def _ratings(rows: list[dict[str, Any]], t: Texts) -> Any:
    half = alt.Scale(domain=[0, 10])
    return (
        _chart(
            [{**row, "imdb_end": row["imdb"] + 0.5, "tmdb_end": row["tmdb"] + 0.5} for row in rows]
        )
        .mark_rect()
        .encode(
            x=alt.X("imdb:Q", title=t("analysis.axis.imdb"), scale=half),
            x2="imdb_end:Q",
            y=alt.Y("tmdb:Q", title=t("analysis.axis.tmdb"), scale=half),
            y2="tmdb_end:Q",
            color=_heat("titles:Q", t("analysis.axis.titles")),
            tooltip=_tips(t, "imdb:Q", "tmdb:Q", "titles:Q"),
        )
    )


def _money(rows: list[dict[str, Any]], t: Texts) -> Any:
    dollars = alt.Axis(format="~s", tickCount=5)
    return (
        _chart(
            [
                {**row, "won": t("analysis.won" if row["times"] >= 1 else "analysis.lost")}
                for row in rows
            ]
        )
        .mark_circle(size=55, opacity=0.65)
        .encode(
            x=alt.X(
                "budget:Q",
                title=t("analysis.axis.budget"),
                scale=alt.Scale(type="log"),
                axis=dollars,
            ),
            y=alt.Y(
                "revenue:Q",
                title=t("analysis.axis.revenue"),
                scale=alt.Scale(type="log"),
                axis=dollars,
            ),
            color=alt.Color(
                "won:N",
                title=None,
                legend=alt.Legend(orient="top"),
                sort=[t("analysis.won"), t("analysis.lost")],
            ),
            tooltip=[
                alt.Tooltip("title:N", title=t("analysis.axis.title")),
                *_tips(t, "year:O"),
                alt.Tooltip("budget:Q", title=t("analysis.axis.budget"), format=",.0f"),
                alt.Tooltip("revenue:Q", title=t("analysis.axis.revenue"), format=",.0f"),
                alt.Tooltip("times:Q", title=t("analysis.axis.times"), format=",.2f"),
            ],
        )
    )


def _genres(rows: list[dict[str, Any]], t: Texts) -> Any:
    return (
        _chart(rows)
        .mark_rect()
        .encode(
            x=alt.X(
                "decade:O",
                title=t("analysis.axis.decade"),
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y(
                "genre:N",
                title=None,
                sort=alt.EncodingSortField("titles", op="sum", order="descending"),
            ),
            color=_heat("share:Q", t("analysis.axis.share"), "%"),
            tooltip=_tips(t, "decade:O", "genre:N", "titles:Q", "share:Q"),
        )
    )


def _months(rows: list[dict[str, Any]], t: Texts) -> Any:
    named = [{**row, "name": t(f"month.{row['month']}")} for row in rows]
    return (
        _chart(named)
        .mark_bar()
        .encode(
            x=alt.X(
                "month:O", title=None, axis=alt.Axis(labelAngle=0, labelExpr=_months_expression(t))
            ),
            y=alt.Y("titles:Q", title=t("analysis.axis.titles")),
            tooltip=[
                alt.Tooltip("name:N", title=t("analysis.axis.month")),
                *_tips(t, "titles:Q", "share:Q"),
            ],
        )
    )


def _length(rows: list[dict[str, Any]], t: Texts) -> Any:
    return (
        _chart(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X("minutes:Q", title=t("analysis.axis.minutes")),
            y=alt.Y("rating:Q", title=t("analysis.axis.rating"), scale=alt.Scale(zero=False)),
            color=alt.Color("source:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=_tips(t, "minutes:Q", "source:N", "rating:Q", "titles:Q"),
        )
    )


def _actresses(rows: list[dict[str, Any]], t: Texts) -> Any:
    return (
        _chart(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X(
                "decade:O",
                title=t("analysis.axis.decade"),
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y(
                "share:Q",
                title=t("analysis.axis.women"),
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            tooltip=_tips(t, "decade:O", "share:Q", "credits:Q", "titles:Q"),
        )
    )


def _keywords(rows: list[dict[str, Any]], t: Texts) -> Any:
    frequent = alt.EncodingSortField("titles", op="sum", order="descending")
    return (
        _chart(rows)
        .mark_rect()
        .encode(
            x=alt.X("genre:N", title=None, sort=frequent, axis=alt.Axis(labelAngle=-40)),
            y=alt.Y("keyword:N", title=None, sort=frequent),
            color=_heat("share:Q", t("analysis.axis.share"), "%"),
            tooltip=_tips(t, "genre:N", "keyword:N", "titles:Q", "share:Q", "times:Q"),
        )
    )


def _ranked(rows: list[dict[str, Any]], t: Texts) -> Any:
    """Return bars of two rankings, one below the other: a name may stand in both."""
    parts = sorted({row["part"] for row in rows})
    says = {part: t(f"analysis.part.{part}") for part in parts}
    named = [
        {
            **row,
            "says": says[row["part"]],
            "key": f"{row['part']}|{row['name']}",
            "order": parts.index(row["part"]) * 100 + row["place"],
        }
        for row in rows
    ]
    return (
        alt.Chart({"values": named})
        .properties(height=alt.Step(_BAR))
        .mark_bar()
        .encode(
            x=alt.X("titles:Q", title=t("analysis.axis.titles"), axis=alt.Axis(tickMinStep=1)),
            y=alt.Y(
                "key:N",
                title=None,
                sort=alt.EncodingSortField("order", op="min"),
                axis=alt.Axis(labelExpr="split(datum.label, '|')[1]", labelLimit=150),
            ),
            color=alt.Color(
                "says:N", title=None, sort=list(says.values()), legend=alt.Legend(orient="top")
            ),
            tooltip=[
                alt.Tooltip("says:N", title=t("analysis.axis.part")),
                alt.Tooltip("name:N", title=t("analysis.axis.name")),
                *_tips(t, "titles:Q"),
            ],
        )
    )


def _heat(field: str, title: str, form: str = "") -> alt.Color:
    return alt.Color(
        field,
        title=title,
        legend=alt.Legend(orient="top", gradientLength=140, format=form or alt.Undefined),
    )


_FORMATS = {"titles": ",.0f", "credits": ",.0f", "share": ".1%", "rating": ".2f", "times": ".1f"}


def _tips(t: Texts, *fields: str) -> list[alt.Tooltip]:
    names = [field.partition(":")[0] for field in fields]
    return [
        alt.Tooltip(
            field, title=t(f"analysis.axis.{name}"), format=_FORMATS.get(name, alt.Undefined)
        )
        for field, name in zip(fields, names, strict=True)
    ]


def _months_expression(t: Texts) -> str:
    names = [t(f"month.{number}")[:3] for number in range(1, 13)]
    return f"{names!r}[datum.value - 1]"


CHARTS: dict[str, Chart] = {
    "ratings": _ratings,
    "money": _money,
    "genres": _genres,
    "months": _months,
    "length": _length,
    "people": _ranked,
    "actresses": _actresses,
    "keywords": _keywords,
    "places": _ranked,
    "going": _ranked,
}
