"""Which genres rule which decade? The share of a decade's titles that each frequent genre has."""

from collections import Counter
from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.charts import DECADES, FREQUENT_FIRST, chosen, heat, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import say


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
    leaders: dict[int, Row] = {}
    for row in rows:
        if row["decade"] not in leaders or row["share"] > leaders[row["decade"]]["share"]:
            leaders[row["decade"]] = row
    genre, led = Counter(row["genre"] for row in leaders.values()).most_common(1)[0]
    return say(t, "genres.finding", genre=genre, led=led, decades=len(leaders))


GENRES = Question(
    name="genres",
    columns=("decade", "genre", "titles", "share"),
    chart=_genres_chart,
    finding=_genres_finding,
)
