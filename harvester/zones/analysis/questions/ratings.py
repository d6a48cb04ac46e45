"""Do IMDb and TMDB agree? Their ratings of the same titles, against each other."""

from typing import Any

import altair as alt

from harvester.pages import Texts
from harvester.zones.analysis.agreement import agreement, squares
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question

_STEP = 0.5
"""Points of a rating, as the query rounds."""


def _ratings_chart(rows: list[Row], t: Texts) -> Any:
    whole = alt.Axis(values=list(range(11)), format="d")
    told = ("imdb:Q", "tmdb:Q", "titles:Q")
    return squares(rows, t, x="imdb", y="tmdb", step=_STEP, axis=whole, told=told)


def _ratings_finding(rows: list[Row], t: Texts) -> str:
    return agreement(rows, t, "ratings", gap="gap", sides=("imdb", "tmdb"), digits=2)


RATINGS = Question(
    name="ratings",
    columns=("imdb", "tmdb", "titles", "gap"),
    chart=_ratings_chart,
    finding=_ratings_finding,
)
