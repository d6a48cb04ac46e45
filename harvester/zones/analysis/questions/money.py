"""Does a budget come back? Budget against revenue, with the best and the worst returns."""

from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number
from harvester.zones.analysis.charts import chosen, equal_line, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import say


def _money_chart(rows: list[Row], t: Texts) -> Any:
    words = [t("analysis.won"), t("analysis.lost")]
    named = [{**row, "won": words[row["times"] < 1]} for row in rows]
    big = f"replace(replace(format(datum.value, '~s'), 'G', '{t('locale.billion')}'), 'M', "
    dollars = alt.Axis(
        values=[10**power for power in range(4, 11)], labelExpr=f"{big}'{t('locale.million')}')"
    )
    log = alt.Scale(type="log", nice=False, padding=8)
    circles = (
        chosen(named)
        .mark_circle(size=55, opacity=0.65)
        .encode(
            x=alt.X("budget:Q", title=t("analysis.axis.budget"), scale=log, axis=dollars),
            y=alt.Y("revenue:Q", title=t("analysis.axis.revenue"), scale=log, axis=dollars),
            color=alt.Color("won:N", title=None, sort=words, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("title:N", title=t("analysis.axis.title")),
                *tips(t, "year:O", "budget:Q", "revenue:Q", "times:Q"),
            ],
        )
    )
    return alt.layer(circles, *equal_line(rows, "budget", "revenue"))


def _money_finding(rows: list[Row], t: Texts) -> str:
    first = rows[0]
    return say(
        t,
        "money.finding",
        titles=first["titles"],
        median=number(first["median_times"], t.language, 1),
        best=first["title"],
        times=number(first["times"], t.language, 1),
    )


def _best_and_worst(rows: list[Row], t: Texts) -> tuple[list[Row], str]:
    shown = [row for row in rows if row["best"] <= 5 or row["worst"] <= 5]  # noqa: PLR2004 - as the query
    if len(shown) == len(rows):
        return shown, ""
    return shown, t("analysis.best", of=number(rows[0]["titles"], t.language))


MONEY = Question(
    name="money",
    columns=("title", "year", "budget", "revenue", "times"),
    chart=_money_chart,
    finding=_money_finding,
    excerpt=_best_and_worst,
)
