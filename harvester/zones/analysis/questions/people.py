"""Who comes back most often? Those in the cast, or the direction, of most titles."""

from harvester.pages import Texts
from harvester.zones.analysis.charts import ranked
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import joined, led, of_part, say


def _people_finding(rows: list[Row], t: Texts) -> str:
    parts = []
    for part in ("cast", "direction"):
        found = of_part(rows, part)
        if not found:
            continue
        first = found[0]
        if first["titles"] == 1:
            parts.append(say(t, f"people.{part}_once", all_titles=first["all_titles"]))
            continue
        counts = {"titles": first["titles"], "all_titles": first["all_titles"]}
        parts.append(led(t, f"people.{part}", found, tied=first["tied"], **counts))
    return joined(parts)


PEOPLE = Question(
    name="people",
    columns=("part", "name", "titles"),
    chart=ranked,
    finding=_people_finding,
)
