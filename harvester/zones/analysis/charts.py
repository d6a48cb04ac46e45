"""Rows → Vega-Lite charts. Colours and number formats are the page's, so no chart names any.

Each chart holds the rows of all choices and draws those that its parameter `choice` names, which
the page's filter sets.
"""

from collections.abc import Callable
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.questions import Rows

HEIGHT = 300
_BAR = 20
"""Pixels: a chart's height, and a bar's with its gap."""

Chart = Callable[[list[dict[str, Any]], Texts], Any]


def spec(question: str, rows: Rows, t: Texts) -> dict[str, Any]:
    """Return a question's chart as Vega-Lite JSON."""
    flat = [{**row, "choice": choice} for choice, some in rows.items() for row in some]
    marks = CHARTS[question](flat, t).transform_filter("datum.choice === choice")
    drawn = alt.layer(marks, *_reference(question, flat)) if question in _DIAGONAL else marks
    fitting = alt.AutoSizeParams(type="fit-x", contains="padding", resize=True)
    content: dict[str, Any] = drawn.properties(width="container", autosize=fitting).to_dict()
    content["params"] = [{"name": "choice", "value": "all"}]
    if CHARTS[question] is _ranked:
        heights = {choice: _BAR * len(some) for choice, some in rows.items()}
        content["usermeta"] = {"heights": heights}
    return content


def _chart(rows: list[dict[str, Any]], height: int = HEIGHT) -> Any:
    return alt.Chart({"values": rows}).properties(height=height)


_DIAGONAL = {"ratings": ("imdb", "tmdb"), "money": ("budget", "revenue")}
"""Where two numbers can be equal: a line tells which titles lie above it."""


def _reference(question: str, rows: list[dict[str, Any]]) -> list[Any]:
    """Return the line on which both numbers are equal, over the range that both have."""
    x, y = _DIAGONAL[question]
    if not rows:
        return []
    low = max(min(row[name] for row in rows) for name in (x, y))
    high = min(max(row[name] for row in rows) for name in (x, y)) + (0.5 if x == "imdb" else 0)
    ends = [{x: low, y: low}, {x: high, y: high}]
    dashed = alt.Chart({"values": ends}).mark_line(style="reference")
    return [dashed.encode(x=f"{x}:Q", y=f"{y}:Q")]


def _ratings(rows: list[dict[str, Any]], t: Texts) -> Any:
    ended = [{**row, "imdb_end": row["imdb"] + 0.5, "tmdb_end": row["tmdb"] + 0.5} for row in rows]
    near = alt.Scale(zero=False, nice=False)
    whole = alt.Axis(values=list(range(11)), format="d")
    return (
        _chart(ended)
        .mark_rect()
        .encode(
            x=alt.X("imdb:Q", title=t("analysis.axis.imdb"), scale=near, axis=whole),
            x2="imdb_end:Q",
            y=alt.Y("tmdb:Q", title=t("analysis.axis.tmdb"), scale=near, axis=whole),
            y2="tmdb_end:Q",
            color=_heat("titles:Q", t("analysis.axis.titles"), ",d"),
            tooltip=_tips(t, "imdb:Q", "tmdb:Q", "titles:Q"),
        )
    )


def _money(rows: list[dict[str, Any]], t: Texts) -> Any:
    words = [t("analysis.won"), t("analysis.lost")]
    named = [{**row, "won": words[row["times"] < 1]} for row in rows]
    big = f"replace(replace(format(datum.value, '~s'), 'G', '{t('locale.billion')}'), 'M', "
    dollars = alt.Axis(
        values=[10**power for power in range(4, 11)], labelExpr=f"{big}'{t('locale.million')}')"
    )
    log = alt.Scale(type="log", nice=False, padding=8)
    return (
        _chart(named)
        .mark_circle(size=55, opacity=0.65)
        .encode(
            x=alt.X("budget:Q", title=t("analysis.axis.budget"), scale=log, axis=dollars),
            y=alt.Y("revenue:Q", title=t("analysis.axis.revenue"), scale=log, axis=dollars),
            color=alt.Color("won:N", title=None, sort=words, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("title:N", title=t("analysis.axis.title")),
                *_tips(t, "year:O", "budget:Q", "revenue:Q", "times:Q"),
            ],
        )
    )


def _genres(rows: list[dict[str, Any]], t: Texts) -> Any:
    ended = [{**row, "decade_end": row["decade"] + 10} for row in rows]
    near = alt.Scale(zero=False, nice=False)
    decades = alt.Axis(format="d", tickMinStep=10)
    frequent = alt.EncodingSortField("titles", op="sum", order="descending")
    return (
        _chart(ended)
        .mark_rect()
        .encode(
            x=alt.X("decade:Q", title=t("analysis.axis.decade"), axis=decades, scale=near),
            x2="decade_end:Q",
            y=alt.Y("genre:N", title=None, sort=frequent),
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
            y=alt.Y(
                "titles:Q",
                title=t("analysis.axis.titles"),
                axis=alt.Axis(tickMinStep=1, format=",d"),
            ),
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
            x=alt.X("minutes:Q", title=t("analysis.axis.minutes"), axis=alt.Axis(tickCount=8)),
            y=alt.Y("rating:Q", title=t("analysis.axis.rating"), scale=alt.Scale(zero=False)),
            color=alt.Color("source:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=_tips(t, "minutes:Q", "source:N", "rating:Q", "titles:Q"),
        )
    )


def _actresses(rows: list[dict[str, Any]], t: Texts) -> Any:
    decades = alt.Axis(format="d", tickMinStep=10)
    return (
        _chart(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X(
                "decade:Q",
                title=t("analysis.axis.decade"),
                axis=decades,
                scale=alt.Scale(zero=False, nice=False, padding=12),
            ),
            y=alt.Y(
                "share:Q",
                title=t("analysis.axis.women"),
                axis=alt.Axis(format="%", tickCount=5),
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
    words = {part: t(f"analysis.part.{part}") for part in parts}
    named = [
        {
            **row,
            "part_name": words[row["part"]],
            "key": f"{row['part']}|{row['name']}",
            "order": parts.index(row["part"]) * 100 + row["place"],
        }
        for row in rows
    ]
    return (
        _chart(named)
        .mark_bar()
        .encode(
            x=alt.X(
                "titles:Q",
                title=t("analysis.axis.titles"),
                axis=alt.Axis(tickMinStep=1, tickCount=6, format=",d"),
            ),
            y=alt.Y(
                "key:N",
                title=None,
                sort=alt.EncodingSortField("order", op="min"),
                axis=alt.Axis(labelExpr="split(datum.label, '|')[1]", labelLimit=150),
            ),
            color=alt.Color(
                "part_name:N",
                title=None,
                sort=list(words.values()),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("part_name:N", title=t("analysis.axis.part")),
                alt.Tooltip("name:N", title=t("analysis.axis.name")),
                *_tips(t, "titles:Q"),
            ],
        )
    )


def _heat(field: str, title: str, form: str) -> alt.Color:
    step = 1 if form == ",d" else alt.Undefined
    return alt.Color(
        field,
        title=title,
        legend=alt.Legend(orient="top", gradientLength=140, format=form, tickMinStep=step),
    )


_FORMATS = {
    "budget": ",.0f",
    "revenue": ",.0f",
    "titles": ",.0f",
    "credits": ",.0f",
    "share": ".1%",
    "rating": ".2f",
    "times": ".1f",
}


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
