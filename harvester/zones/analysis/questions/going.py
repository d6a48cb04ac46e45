"""What goes on? The series by their state."""

from typing import Any

from harvester.pages import Texts
from harvester.pages.numbers import percent
from harvester.zones.analysis.charts import bars
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import say


def _going_chart(rows: list[Row], t: Texts) -> Any:
    return bars(rows, t, "titles:Q", "share:Q")


def _going_finding(rows: list[Row], t: Texts) -> str:
    series = rows[0]["all_titles"]
    running = sum(row["titles"] for row in rows if row["goes_on"])
    share = percent(running, series, t.language)
    return say(t, "going.finding", running=running, series=series, share=share)


GOING = Question(
    name="going",
    columns=("name", "titles", "share"),
    chart=_going_chart,
    finding=_going_finding,
    names="state",
)
