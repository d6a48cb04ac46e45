"""Which genres rule which decade? The share of a decade's titles that each frequent genre has."""

from collections import Counter, defaultdict
from operator import itemgetter
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.charts import DECADES, FREQUENT_FIRST, chosen, heat, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.statistics import leads
from harvester.zones.analysis.wording import ENOUGH, listed, say, too_few


def _genres_chart(rows: list[Row], t: Texts) -> Any:
    ended = [{**row, "decade_end": row["decade"] + 10} for row in rows]
    near = alt.Scale(zero=False, nice=False)
    return (
        chosen(ended)
        .mark_rect()
        .encode(
            x=alt.X("decade:Q", title=t("analysis.axis.decade"), axis=DECADES, scale=near),
            x2="decade_end:Q",
            y=alt.Y("genre:N", title=None, sort=FREQUENT_FIRST),
            color=heat("share:Q", t("analysis.axis.share"), "%"),
            tooltip=tips(t, "decade:O", "genre:N", "titles:Q", "share:Q"),
        )
    )


def _genres_finding(rows: list[Row], t: Texts) -> str:
    decades: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row["all_titles"] >= ENOUGH:
            decades[row["decade"]].append(row)
    if not decades:
        return too_few(t, max(row["all_titles"] for row in rows))
    among = len({row["genre"] for row in rows})
    wins: Counter[str] = Counter()
    for found in decades.values():
        first, second = (*sorted(found, key=itemgetter("titles"), reverse=True), None)[:2]
        if first and leads(
            first["titles"], second["titles"] if second else 0, among=among * len(decades)
        ):
            wins[first["genre"]] += 1
    if not wins:
        return say(t, "genres.even", decades=len(decades), needed=ENOUGH)
    led = max(wins.values())
    names = sorted(genre for genre, times in wins.items() if times == led)
    name = "genres.finding" if len(names) == 1 else "genres.tied"
    return say(t, name, genre=listed(t, names), led=led, decades=len(decades), needed=ENOUGH)


GENRES = Question(
    name="genres",
    columns=("decade", "genre", "titles", "share"),
    chart=_genres_chart,
    finding=_genres_finding,
)
