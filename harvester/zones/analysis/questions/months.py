"""When are titles released? First releases, or first episodes, by month of the year."""

from operator import itemgetter
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import percent
from harvester.zones.analysis.charts import chosen, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import say


def _months_chart(rows: list[Row], t: Texts) -> Any:
    named = [{**row, "name": t(f"month.{row['month']}")} for row in rows]
    short = [t(f"month.{number}")[:3] for number in range(1, 13)]
    labels = alt.Axis(labelAngle=0, labelExpr=f"{short!r}[datum.value - 1]")
    return (
        chosen(named)
        .mark_bar()
        .encode(
            x=alt.X("month:O", title=None, axis=labels),
            y=alt.Y(
                "titles:Q",
                title=t("analysis.axis.titles"),
                axis=alt.Axis(tickMinStep=1, format=",d"),
            ),
            tooltip=[
                alt.Tooltip("name:N", title=t("analysis.axis.month")),
                *tips(t, "titles:Q", "share:Q"),
            ],
        )
    )


def _months_finding(rows: list[Row], t: Texts) -> str:
    most, least = max(rows, key=itemgetter("titles")), min(rows, key=itemgetter("titles"))
    return say(
        t,
        "months.finding",
        most=t(f"month.{most['month']}"),
        share=percent(most["share"], 1, t.language),
        least=t(f"month.{least['month']}"),
        least_share=percent(least["share"], 1, t.language),
    )


MONTHS = Question(
    name="months",
    columns=("month", "titles", "share"),
    chart=_months_chart,
    finding=_months_finding,
)
