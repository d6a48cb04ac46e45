"""Does a budget come back? Budget against revenue, with the best and the worst returns."""

from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number, percent
from harvester.zones.analysis.charts import scattered
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question, best_and_worst
from harvester.zones.analysis.statistics import Interval, share_interval
from harvester.zones.analysis.wording import ENOUGH, between, between_shares, say, too_few


def _money_chart(rows: list[Row], t: Texts) -> Any:
    words = [t("analysis.won"), t("analysis.lost")]
    named = [{**row, "won": words[row["times"] < 1]} for row in rows]
    big = f"replace(replace(format(datum.value, '~s'), 'G', '{t('locale.billion')}'), 'M', "
    dollars = alt.Axis(
        values=[10**power for power in range(4, 11)], labelExpr=f"{big}'{t('locale.million')}')"
    )
    return scattered(
        named,
        t,
        x="budget",
        y="revenue",
        axis=dollars,
        sides=("won", words),
        told=("year:O", "budget:Q", "revenue:Q", "times:Q"),
    )


def _money_finding(rows: list[Row], t: Texts) -> str:
    first = rows[0]
    titles = first["titles"]
    if titles < ENOUGH:
        return too_few(t, titles)
    return say(
        t,
        "money.finding",
        titles=titles,
        earned=percent(first["earned"], titles, t.language),
        share=between_shares(t, share_interval(first["earned"], titles)),
        median=number(first["median_times"], t.language, 1),
        interval=between(t, Interval(first["low_times"], first["high_times"]), 1),
        best=_best(t, first),
    )


def _best(t: Texts, first: Row) -> str:
    times = number(first["times"], t.language, 1)
    if first["tied"] > 1:
        return say(t, "money.shared", times=times, tied=first["tied"])
    return say(t, "money.best", times=times, name=first["title"])


MONEY = Question(
    name="money",
    columns=("title", "year", "budget", "revenue", "times"),
    chart=_money_chart,
    finding=_money_finding,
    excerpt=best_and_worst,
)
