"""What charts share: rows → Vega-Lite. Colours and number formats are the page's, not a chart's.

Each chart holds the rows of all choices and draws those that its parameter `choice` names, which
the page's filter sets.
"""

from collections.abc import Callable
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.choices import Row, Rows

_HEIGHT = 300
_BAR = 20
"""Pixels: a chart's height, and a bar's with its gap."""

WORDS_ABOVE = alt.Legend(orient="top", columns=alt.ExprRef("width < 360 ? 1 : 4"))
"""A legend of words: side by side where there is room, one below the other on a telephone."""

BY_NAME = alt.Axis(labelExpr="slice(datum.label, indexof(datum.label, '|') + 1)", labelLimit=150)
"""An axis of what `keyed` gives, which shows the names."""

DECADES = alt.Axis(format="d", tickMinStep=10)
FREQUENT_FIRST = alt.EncodingSortField("titles", op="sum", order="descending")

_FORMATS = {
    "budget": ",.0f",
    "revenue": ",.0f",
    "titles": ",.0f",
    "credits": ",.0f",
    "share": ".1%",
    "rating": ".2f",
    "low": ".2f",
    "high": ".2f",
    "votes": ",.0f",
    "known": ",.0f",
    "times": ".1f",
    "before": ",.2f",
    "now": ",.2f",
    "change": "+,.2f",
    "new_votes": ",.0f",
}


def spec(chart: Callable[[list[Row], Texts], Any], rows: Rows, t: Texts) -> dict[str, Any]:
    """Return a question's chart of its rows as Vega-Lite JSON."""
    flat = [{**row, "choice": choice} for choice, some in rows.items() for row in some]
    fitting = alt.AutoSizeParams(type="fit-x", contains="padding", resize=True)
    drawn = chart(flat, t).properties(width="container", autosize=fitting)
    content: dict[str, Any] = drawn.to_dict()
    content["params"] = [{"name": "choice", "value": "all"}]
    if chart is ranked:
        heights = {choice: _BAR * len(some) for choice, some in rows.items()}
        content["usermeta"] = {"heights": heights}
    return content


def chosen(rows: list[Row]) -> Any:
    """Return a chart of the rows of the filter's choice, without marks yet."""
    return alt.Chart({"values": rows}, height=_HEIGHT).transform_filter("datum.choice === choice")


def keyed(row: Row) -> str:
    """Return what a row is, as a chart tells it from others: two of one name are two.

    A row without a `key` is what its name says.
    """
    return f"{row.get('part', '')} {row.get('key', '')}|{row['name']}"


def equal_line(rows: list[Row], x: str, y: str, *, step: float = 0) -> list[Any]:
    """Return the line on which two numbers are equal, over the range that both have.

    It tells which titles lie above it. `step` is by how much a row reaches beyond its numbers.
    """
    if not rows:
        return []
    low = max(min(row[name] for row in rows) for name in (x, y))
    high = min(max(row[name] for row in rows) for name in (x, y)) + step
    ends = [{x: low, y: low}, {x: high, y: high}]
    dashed = alt.Chart({"values": ends}).mark_line(style="reference")
    return [dashed.encode(x=f"{x}:Q", y=f"{y}:Q")]


def scattered(
    rows: list[Row],
    t: Texts,
    *,
    x: str,
    y: str,
    axis: alt.Axis,
    sides: tuple[str, list[str]],
    told: tuple[str, ...],
) -> Any:
    """Return a point a title on two logarithmic axes of one scale, with the line where both agree.

    `sides` are the field that colours the points and its words in order, `told` the fields that a
    tooltip has beside the title.
    """
    side, words = sides
    log = alt.Scale(type="log", nice=False, padding=8)
    circles = (
        chosen(rows)
        .mark_circle(size=55, opacity=0.65)
        .encode(
            x=alt.X(f"{x}:Q", title=t(f"analysis.axis.{x}"), scale=log, axis=axis),
            y=alt.Y(f"{y}:Q", title=t(f"analysis.axis.{y}"), scale=log, axis=axis),
            color=alt.Color(f"{side}:N", title=None, sort=words, legend=WORDS_ABOVE),
            tooltip=[alt.Tooltip("title:N", title=t("analysis.axis.title")), *tips(t, *told)],
        )
    )
    return alt.layer(circles, *equal_line(rows, x, y))


def ranked(rows: list[Row], t: Texts) -> Any:
    """Return bars of two rankings, one below the other: who is in both has two."""
    parts = sorted({row["part"] for row in rows})
    words = {part: t(f"analysis.part.{part}") for part in parts}
    named = [
        {
            **row,
            "part_name": words[row["part"]],
            "which": keyed(row),
            "order": parts.index(row["part"]) * 100 + row["place"],
        }
        for row in rows
    ]
    return (
        chosen(named)
        .mark_bar()
        .encode(
            x=_count_of_titles(t),
            y=alt.Y(
                "which:N",
                title=None,
                sort=alt.EncodingSortField("order", op="min"),
                axis=BY_NAME,
            ),
            color=alt.Color(
                "part_name:N",
                title=None,
                sort=list(words.values()),
                legend=WORDS_ABOVE,
            ),
            tooltip=[
                alt.Tooltip("part_name:N", title=t("analysis.axis.part")),
                alt.Tooltip("name:N", title=t("analysis.axis.name")),
                *tips(t, "titles:Q"),
            ],
        )
    )


def bars(rows: list[Row], t: Texts, *told: str) -> Any:
    """Return a bar a row, as long as it has titles; a tooltip has its name and what is `told`."""
    named = [{**row, "which": keyed(row)} for row in rows]
    return (
        chosen(named)
        .mark_bar()
        .encode(
            x=_count_of_titles(t),
            y=alt.Y("which:N", title=None, sort=FREQUENT_FIRST, axis=BY_NAME),
            tooltip=tips(t, "name:N", *told),
        )
    )


def _count_of_titles(t: Texts) -> alt.X:
    whole = alt.Axis(tickMinStep=1, tickCount=6, format=",d")
    return alt.X("titles:Q", title=t("analysis.axis.titles"), axis=whole)


def heat(field: str, title: str, form: str) -> alt.Color:
    """Return the colours of a field from few to many, with a legend in this number format."""
    step = 1 if form == ",d" else alt.Undefined
    return alt.Color(
        field,
        title=title,
        legend=alt.Legend(orient="top", gradientLength=140, format=form, tickMinStep=step),
    )


def tips(t: Texts, *fields: str) -> list[alt.Tooltip]:
    """Return these fields as lines of a tooltip, each named and written as its column is."""
    names = [field.partition(":")[0] for field in fields]
    return [
        alt.Tooltip(
            field, title=t(f"analysis.axis.{name}"), format=_FORMATS.get(name, alt.Undefined)
        )
        for field, name in zip(fields, names, strict=True)
    ]
