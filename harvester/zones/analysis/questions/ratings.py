"""Do IMDb and TMDB agree? Their ratings of the same titles, against each other."""

from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.pages.numbers import number
from harvester.zones.analysis.charts import chosen, equal_line, heat, tips
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.wording import say

_STEP = 0.5
"""Points of a rating, as the query rounds."""


def _ratings_chart(rows: list[Row], t: Texts) -> Any:
    ended = [
        {**row, "imdb_end": row["imdb"] + _STEP, "tmdb_end": row["tmdb"] + _STEP} for row in rows
    ]
    near = alt.Scale(zero=False, nice=False)
    whole = alt.Axis(values=list(range(11)), format="d")
    squares = (
        chosen(ended)
        .mark_rect()
        .encode(
            x=alt.X("imdb:Q", title=t("analysis.axis.imdb"), scale=near, axis=whole),
            x2="imdb_end:Q",
            y=alt.Y("tmdb:Q", title=t("analysis.axis.tmdb"), scale=near, axis=whole),
            y2="tmdb_end:Q",
            color=heat("titles:Q", t("analysis.axis.titles"), ",d"),
            tooltip=tips(t, "imdb:Q", "tmdb:Q", "titles:Q"),
        )
    )
    return alt.layer(squares, *equal_line(rows, "imdb", "tmdb", step=_STEP))


def _ratings_finding(rows: list[Row], t: Texts) -> str:
    titles = sum(row["titles"] for row in rows)
    gap = sum(row["gap"] * row["titles"] for row in rows) / titles
    name = "even" if abs(gap) < 0.05 else "imdb" if gap > 0 else "tmdb"  # noqa: PLR2004 - rounds to 0
    return say(t, f"ratings.{name}", gap=number(abs(gap), t.language, 1), titles=titles)


RATINGS = Question(
    name="ratings",
    columns=("imdb", "tmdb", "titles", "gap"),
    chart=_ratings_chart,
    finding=_ratings_finding,
)
