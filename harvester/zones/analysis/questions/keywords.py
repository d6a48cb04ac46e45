"""Which keywords mark which genre? The share of a genre's titles that each keyword has."""

from operator import itemgetter
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number, percent
from harvester.zones.analysis.charts import FREQUENT_FIRST, chosen, heat, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import many, say


def _keywords_chart(rows: list[Row], t: Texts) -> Any:
    slanted = alt.Axis(labelAngle=-40)
    return (
        chosen(rows)
        .mark_rect()
        .encode(
            x=alt.X("genre:N", title=None, sort=FREQUENT_FIRST, axis=slanted),
            y=alt.Y("keyword:N", title=None, sort=FREQUENT_FIRST),
            color=heat("share:Q", t("analysis.axis.share"), "%"),
            tooltip=tips(t, "genre:N", "keyword:N", "titles:Q", "share:Q", "times:Q"),
        )
    )


def _keywords_finding(rows: list[Row], t: Texts) -> str:
    row = max(many(rows), key=itemgetter("times"))
    return say(
        t,
        "keywords.finding",
        keyword=row["keyword"],
        genre=row["genre"],
        share=percent(row["share"], 1, t.language),
        times=number(row["times"], t.language, 1),
    )


KEYWORDS = Question(
    name="keywords",
    columns=("genre", "keyword", "titles", "share", "times"),
    chart=_keywords_chart,
    finding=_keywords_finding,
)
