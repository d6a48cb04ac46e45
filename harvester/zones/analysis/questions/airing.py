"""When do series air? Their days and hours, by the clocks of their networks."""

from collections import Counter
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number, percent
from harvester.zones.analysis.charts import chosen, heat, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.statistics import chi_squared, chi_squared_critical, leads
from harvester.zones.analysis.wording import joined, listed, say

_DAYS = range(1, 8)
_NEEDED = 35
"""Series: by chance each day then has five, which the test needs."""


def _airing_chart(rows: list[Row], t: Texts) -> Any:
    names = [t(f"weekday.{day}") for day in _DAYS]
    named = [
        {**row, "day_name": names[row["day"] - 1], "hour_end": row["hour"] + 1}
        for row in rows
        if row["hour"] is not None
    ]
    near = alt.Scale(zero=False, nice=False)
    hours = alt.Axis(tickMinStep=1, format="d", labelExpr="datum.value + ':00'")
    return (
        chosen(named)
        .mark_rect()
        .encode(
            x=alt.X("hour:Q", title=t("analysis.axis.hour"), scale=near, axis=hours),
            x2="hour_end:Q",
            y=alt.Y("day_name:N", title=None, sort=names),
            color=heat("titles:Q", t("analysis.axis.titles"), ",d"),
            tooltip=[
                alt.Tooltip("day_name:N", title=t("analysis.axis.day")),
                *tips(t, "hour:O", "titles:Q"),
            ],
        )
    )


def _airing_finding(rows: list[Row], t: Texts) -> str:
    series = rows[0]["series"]
    if series < _NEEDED:
        return say(t, "words.few", titles=series, needed=_NEEDED)
    days: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    for row in rows:
        days[row["day"]] += row["titles"]
        if row["hour"] is not None:
            hours[row["hour"]] += row["titles"]
    parts = [_day(t, days, rows[0]), _hour(t, hours)]
    return joined([part for part in parts if part])


def _day(t: Texts, days: Counter[int], first: Row) -> str:
    by_chance = days.total() / len(_DAYS)
    test = chi_squared([days[day] for day in _DAYS], [by_chance] * len(_DAYS)) / first["together"]
    limit = chi_squared_critical(len(_DAYS) - 1)
    measure = {
        "series": first["series"],
        "test": number(test, t.language, 1),
        "limit": number(limit, t.language, 1),
    }
    if test <= limit:
        return say(t, "airing.even", **measure)
    most = [day for day in _DAYS if days[day] == max(days.values())]
    return say(
        t,
        "airing.finding" if len(most) == 1 else "airing.tied",
        day=listed(t, [t(f"weekday.{day}") for day in most]),
        share=percent(days[most[0]], first["series"], t.language),
        **measure,
    )


def _hour(t: Texts, hours: Counter[int]) -> str:
    """Return the hour that is ahead of all others by more than chance, or nothing."""
    if not hours:
        return ""
    (hour, most), (_, second) = [*hours.most_common(2), (None, 0)][:2]
    if not leads(most, second, among=len(hours)):
        return ""
    total = hours.total()
    share = percent(most, total, t.language)
    return say(t, "airing.hour", hour=f"{hour}:00", share=share, total=total)


AIRING = Question(
    name="airing",
    columns=("day", "hour", "titles"),
    chart=_airing_chart,
    finding=_airing_finding,
    origin="TVmaze",
)
