"""Do critics and audiences agree? What both rate the same titles, against each other."""

from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import percent
from harvester.zones.analysis.agreement import agreement, squares
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question

_STEP = 10
"""Points, as the query rounds."""


def _critics_chart(rows: list[Row], t: Texts) -> Any:
    tens = alt.Axis(values=list(range(0, 101, _STEP)), format="d")
    told = ("critics:Q", "audience:Q", "titles:Q")
    return squares(rows, t, x="audience", y="critics", step=_STEP, axis=tens, told=told)


def _critics_finding(rows: list[Row], t: Texts) -> str:
    close = percent(sum(row["close"] for row in rows), rows[0]["all_titles"], t.language)
    sides = ("higher", "lower")
    return agreement(rows, t, "critics", gap="lead", sides=sides, digits=1, close=close)


CRITICS = Question(
    name="critics",
    columns=("critics", "audience", "titles", "lead"),
    chart=_critics_chart,
    finding=_critics_finding,
    origin="OMDb",
)
