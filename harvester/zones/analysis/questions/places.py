"""Where do titles come from? The most frequent countries of origin and original languages."""

from harvester.pages import Texts
from harvester.pages.numbers import percent
from harvester.zones.analysis.charts import ranked
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import firsts, say


def _places_finding(rows: list[Row], t: Texts) -> str:
    first = firsts(rows)
    if len(first) == 1:
        row = rows[0]
        share = percent(row["share"], 1, t.language)
        return say(t, f"places.only_{row['part']}", name=row["name"], share=share)
    return say(
        t,
        "places.finding",
        country=first["country"]["name"],
        country_share=percent(first["country"]["share"], 1, t.language),
        language=first["language"]["name"],
        language_share=percent(first["language"]["share"], 1, t.language),
    )


PLACES = Question(
    name="places",
    columns=("part", "name", "titles", "share"),
    chart=ranked,
    finding=_places_finding,
)
