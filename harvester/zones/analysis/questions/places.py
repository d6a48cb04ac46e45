"""Where do titles come from? The most frequent countries of origin and original languages."""

from harvester.pages import Texts
from harvester.pages.numbers import percent
from harvester.zones.analysis.charts import ranked
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import joined, led, of_part


def _places_finding(rows: list[Row], t: Texts) -> str:
    parts = []
    for part in ("country", "language"):
        found = of_part(rows, part)
        if found:
            first = found[0]
            parts.append(
                led(
                    t,
                    f"places.{part}",
                    found,
                    tied=first["tied"],
                    share=percent(first["titles"], first["all_titles"], t.language),
                    all_titles=first["all_titles"],
                )
            )
    return joined(parts)


PLACES = Question(
    name="places",
    columns=("part", "name", "titles", "share"),
    chart=ranked,
    finding=_places_finding,
)
