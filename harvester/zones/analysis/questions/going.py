"""What goes on? The largest franchises, and the series by their state."""

from harvester.pages import Texts
from harvester.zones.analysis.charts import ranked
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import say


def _going_finding(rows: list[Row], t: Texts) -> str:
    parts = []
    states = [row for row in rows if row["part"] == "status"]
    if states:
        running = sum(row["titles"] for row in states if row["name"] == "Returning Series")
        parts.append(say(t, "going.series", running=running, series=int(states[0]["all_titles"])))
    franchises = [row for row in rows if row["part"] == "franchise"]
    if franchises:
        first = franchises[0]
        parts.append(say(t, "going.franchise", name=first["name"], titles=first["titles"]))
    return "; ".join(parts)


GOING = Question(
    name="going",
    columns=("part", "name", "titles"),
    chart=ranked,
    finding=_going_finding,
)
