"""How many of the leading roles are women's? Their share of the first ten billed, by decade."""

import math
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import percent
from harvester.zones.analysis.charts import DECADES, chosen, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.statistics import Interval, mean_interval
from harvester.zones.analysis.wording import between_shares, say


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
    first, last = rows[0], rows[-1]
    shares = {
        "last": last["decade"],
        "last_share": percent(last["share"], 1, t.language),
        "last_interval": between_shares(t, _interval(last)),
        "titles": last["titles"],
    }
    if first is last:
        return say(t, "actresses.one", **shares)
    change = last["share"] - first["share"]
    error = math.hypot(first["error"], last["error"])
    interval = mean_interval(change, error, min(first["titles"], last["titles"]) - 1)
    word = "even" if interval.holds(0) else "more" if change > 0 else "fewer"
    return say(
        t,
        f"actresses.{word}",
        first=first["decade"],
        first_share=percent(first["share"], 1, t.language),
        first_interval=between_shares(t, _interval(first)),
        **shares,
    )


def _interval(row: Row) -> Interval:
    low, high = mean_interval(row["share"], row["error"], row["titles"] - 1)
    return Interval(max(0.0, low), min(1.0, high))


ACTRESSES = Question(
    name="actresses",
    columns=("decade", "share", "credits", "titles"),
    chart=_actresses_chart,
    finding=_actresses_finding,
)
