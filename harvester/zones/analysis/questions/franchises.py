"""Which franchises are largest? Collections of movies, by their titles here."""

from typing import Any

from harvester.pages import Texts
from harvester.zones.analysis.charts import bars
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import led, say


def _franchises_chart(rows: list[Row], t: Texts) -> Any:
    return bars(rows, t, "titles:Q")


def _franchises_finding(rows: list[Row], t: Texts) -> str:
    first = rows[0]
    if first["titles"] == 1:
        return say(t, "franchises.once", all_titles=first["all_titles"])
    counts = {"titles": first["titles"], "all_titles": first["all_titles"]}
    return led(t, "franchises.lead", rows, tied=first["tied"], **counts)


FRANCHISES = Question(
    name="franchises",
    columns=("name", "titles"),
    chart=_franchises_chart,
    finding=_franchises_finding,
)
