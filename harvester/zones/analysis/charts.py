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

DECADES = alt.Axis(format="d", tickMinStep=10)
FREQUENT_FIRST = alt.EncodingSortField("titles", op="sum", order="descending")

_FORMATS = {
    "budget": ",.0f",
    "revenue": ",.0f",
    "titles": ",.0f",
    "credits": ",.0f",
    "share": ".1%",
    "rating": ".2f",
    "times": ".1f",
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


def ranked(rows: list[Row], t: Texts) -> Any:
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
        chosen(named)
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
                *tips(t, "titles:Q"),
            ],
        )
    )


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
