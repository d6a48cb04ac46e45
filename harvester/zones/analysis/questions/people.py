"""Who comes back most often? Those in the cast, or the direction, of most titles."""

from harvester.pages import Texts
from harvester.zones.analysis.charts import ranked
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import firsts, say


def _people_finding(rows: list[Row], t: Texts) -> str:
    first = firsts(rows)
    if len(first) == 1:
        row = rows[0]
        return say(t, f"people.only_{row['part']}", name=row["name"], titles=row["titles"])
    cast, direction = first["cast"], first["direction"]
    return say(
        t,
        "people.finding",
        actor=cast["name"],
        acted=cast["titles"],
        director=direction["name"],
        directed=direction["titles"],
    )


PEOPLE = Question(
    name="people",
    columns=("part", "name", "titles"),
    chart=ranked,
    finding=_people_finding,
)
