"""How many of the leading roles are women's? Their share of the first ten billed, by decade."""

from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import percent
from harvester.zones.analysis.charts import DECADES, chosen, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import many, say


def _actresses_chart(rows: list[Row], t: Texts) -> Any:
    return (
        chosen(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X(
                "decade:Q",
                title=t("analysis.axis.decade"),
                axis=DECADES,
                scale=alt.Scale(zero=False, nice=False, padding=12),
            ),
            y=alt.Y(
                "share:Q",
                title=t("analysis.axis.women"),
                axis=alt.Axis(format="%", tickCount=5),
                scale=alt.Scale(domain=[0, 1]),
            ),
            tooltip=tips(t, "decade:O", "share:Q", "credits:Q", "titles:Q"),
        )
    )


def _actresses_finding(rows: list[Row], t: Texts) -> str:
    known = many(rows)
    first, last = known[0], known[-1]
    name = "actresses.one" if first is last else "actresses.finding"
    return say(
        t,
        name,
        last=last["decade"],
        last_share=percent(last["share"], 1, t.language),
        first=first["decade"],
        first_share=percent(first["share"], 1, t.language),
    )


ACTRESSES = Question(
    name="actresses",
    columns=("decade", "share", "credits", "titles"),
    chart=_actresses_chart,
    finding=_actresses_finding,
)
