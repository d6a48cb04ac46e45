"""Are longer titles better? The mean rating by length, of IMDb and of TMDB."""

from operator import itemgetter
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number
from harvester.zones.analysis.charts import chosen, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import many, say


def _length_chart(rows: list[Row], t: Texts) -> Any:
    return (
        chosen(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X("minutes:Q", title=t("analysis.axis.minutes"), axis=alt.Axis(tickCount=8)),
            y=alt.Y("rating:Q", title=t("analysis.axis.rating"), scale=alt.Scale(zero=False)),
            color=alt.Color("source:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=tips(t, "minutes:Q", "source:N", "rating:Q", "titles:Q"),
        )
    )


def _length_finding(rows: list[Row], t: Texts) -> str:
    source = "TMDB" if any(row["source"] == "TMDB" for row in rows) else "IMDb"
    of_source = [row for row in rows if row["source"] == source]
    best = max(many(of_source), key=itemgetter("rating"))
    low = best["minutes"]
    return say(
        t,
        "length.finding",
        minutes=f"{low}+" if low == 240 else f"{low}\N{EN DASH}{low + 14}",  # noqa: PLR2004 - see the query
        rating=number(best["rating"], t.language, 1),
        source=source,
        titles=best["titles"],
    )


LENGTH = Question(
    name="length",
    columns=("minutes", "source", "rating", "titles"),
    chart=_length_chart,
    finding=_length_finding,
)
