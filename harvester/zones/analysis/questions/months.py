"""When are titles released? First releases, or first episodes, by month of the year."""

import math
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number, percent
from harvester.zones.analysis.charts import chosen, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.statistics import (
    chi_squared,
    chi_squared_critical,
    share_interval,
)
from harvester.zones.analysis.wording import between_shares, listed, say

_DAYS = (31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of each month: what chance would give it, were all days alike."""

_EXPECTED = 5
"""Titles that a month needs by chance, for the test to hold."""

_NEEDED = math.ceil(_EXPECTED * sum(_DAYS) / min(_DAYS))


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
    counts = {row["month"]: row["titles"] for row in rows}
    titles = sum(counts.values())
    expected = {month: titles * days / sum(_DAYS) for month, days in enumerate(_DAYS, 1)}
    if min(expected.values()) < _EXPECTED:
        return say(t, "words.few", titles=titles, needed=_NEEDED)
    found = [counts.get(month, 0) for month in expected]
    test = chi_squared(found, list(expected.values()))
    limit = chi_squared_critical(len(expected) - 1)
    measure = {
        "titles": titles,
        "test": number(test, t.language, 1),
        "limit": number(limit, t.language, 1),
    }
    if test <= limit:
        return say(t, "months.even", **measure)
    most = [month for month in expected if counts.get(month, 0) == max(found)]
    return say(
        t,
        "months.finding" if len(most) == 1 else "months.tied",
        most=listed(t, [t(f"month.{month}") for month in most]),
        share=percent(max(found), titles, t.language),
        interval=between_shares(t, share_interval(max(found), titles)),
        expected=percent(expected[most[0]], titles, t.language),
        **measure,
    )


MONTHS = Question(
    name="months",
    columns=("month", "titles", "share"),
    chart=_months_chart,
    finding=_months_finding,
)
