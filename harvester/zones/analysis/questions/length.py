"""Are longer titles better? The mean rating by length, of IMDb and of TMDB."""

from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.charts import chosen, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import (
    ENOUGH,
    between,
    correlation,
    joined,
    say,
    signed,
    too_few,
)


def _length_chart(rows: list[Row], t: Texts) -> Any:
    near = alt.Scale(zero=False)
    x = alt.X("minutes:Q", title=t("analysis.axis.minutes"), scale=near, axis=alt.Axis(tickCount=8))
    colour = alt.Color("source:N", title=None, legend=alt.Legend(orient="top"))
    told = tips(t, "minutes:Q", "source:N", "rating:Q", "low:Q", "high:Q", "titles:Q")
    lines = (
        chosen(rows)
        .mark_line(point=True)
        .encode(
            x=x,
            y=alt.Y("rating:Q", title=t("analysis.axis.rating"), scale=near),
            color=colour,
            tooltip=told,
        )
    )
    ends = (
        chosen(rows)
        .mark_rule(opacity=0.5)
        .encode(x=x, y=alt.Y("low:Q", scale=near), y2="high:Q", color=colour, tooltip=told)
    )
    return alt.layer(ends, lines)


def _length_finding(rows: list[Row], t: Texts) -> str:
    of_sources = {row["source"]: row for row in rows}
    enough = [row for row in of_sources.values() if row["all_titles"] >= ENOUGH]
    if not enough:
        return too_few(t, max(row["all_titles"] for row in of_sources.values()))
    parts = []
    for row in enough:
        r, interval, word = correlation(row["r"], row["all_titles"])
        parts.append(
            say(
                t,
                f"length.{word}",
                source=row["source"],
                r=signed(t, r, 2),
                interval=between(t, interval, 2),
                titles=row["all_titles"],
            )
        )
    return joined(parts)


LENGTH = Question(
    name="length",
    columns=("minutes", "source", "rating", "low", "high", "titles"),
    chart=_length_chart,
    finding=_length_finding,
    drawn="rating",
)
