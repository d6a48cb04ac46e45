"""Which directors are rated best? TMDB's ratings weighted by votes, against all that have one."""

from harvester.pages import Texts
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.rated_groups import groups_alone, intervals_chart, outliers


def _director_ratings_finding(rows: list[Row], t: Texts) -> str:
    return outliers(rows, t, "director_ratings")


DIRECTOR_RATINGS = Question(
    name="director_ratings",
    columns=("name", "rating", "error", "titles", "votes"),
    chart=intervals_chart,
    finding=_director_ratings_finding,
    excerpt=groups_alone,
    drawn="name",
)
