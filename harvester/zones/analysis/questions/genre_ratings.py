"""Which genres are rated best? TMDB's ratings weighted by votes, against those of all titles."""

from harvester.pages import Texts
from harvester.zones.analysis.choices import Row
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.rated_groups import groups_alone, intervals_chart, outliers


def _genre_ratings_finding(rows: list[Row], t: Texts) -> str:
    return outliers(rows, t, "genre_ratings")


GENRE_RATINGS = Question(
    name="genre_ratings",
    columns=("name", "rating", "error", "titles", "votes"),
    chart=intervals_chart,
    finding=_genre_ratings_finding,
    excerpt=groups_alone,
    drawn="name",
    names="genre",
)
