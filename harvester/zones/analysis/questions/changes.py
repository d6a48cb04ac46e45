"""What rose, what fell? Popularity when first harvested against the newest."""

from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number
from harvester.zones.analysis.charts import scattered
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question, best_and_worst
from harvester.zones.analysis.statistics import share_interval
from harvester.zones.analysis.wording import ENOUGH, between_shares, joined, say, too_few


def _changes_chart(rows: list[Row], t: Texts) -> Any:
    words = [t("analysis.rose"), t("analysis.fell")]
    named = [{**row, "rose": words[row["change"] < 0]} for row in rows]
    return scattered(
        named,
        t,
        x="before",
        y="now",
        axis=alt.Axis(tickCount=6, format="~g"),
        sides=("rose", words),
        told=("before:Q", "now:Q", "change:Q", "new_votes:Q"),
    )


def _changes_finding(rows: list[Row], t: Texts) -> str:
    first, last = rows[0], rows[-1]
    titles = first["titles"]
    risen, fallen = first["risen"], titles - first["risen"]
    interval = share_interval(risen, titles)
    word = "even" if interval.holds(0.5) else "more" if risen > fallen else "fewer"
    counts = {"titles": titles, "risen": risen, "fallen": fallen}
    parts = [
        too_few(t, titles)
        if titles < ENOUGH
        else say(t, f"changes.{word}", interval=between_shares(t, interval), **counts)
    ]
    parts += [_furthest(t, "rose", rows, first)] if risen else []
    parts += [_furthest(t, "fell", rows, last)] if fallen else []
    return joined(parts)


def _furthest(t: Texts, word: str, rows: list[Row], row: Row) -> str:
    tied = sum(one["change"] == row["change"] for one in rows)
    by = number(abs(row["change"]), t.language, 2)
    if tied > 1:
        return say(t, f"changes.{word}_tied", tied=tied, by=by)
    return say(t, f"changes.{word}", name=row["title"], by=by)


CHANGES = Question(
    name="changes",
    columns=("title", "before", "now", "change", "new_votes"),
    chart=_changes_chart,
    finding=_changes_finding,
    excerpt=best_and_worst,
    dates=2,
)
