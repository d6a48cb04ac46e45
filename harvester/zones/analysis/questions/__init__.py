"""The questions of the page, in its order. Each is a module and a query of the same name."""

from harvester.zones.analysis.questions.actresses import ACTRESSES
from harvester.zones.analysis.questions.airing import AIRING
from harvester.zones.analysis.questions.changes import CHANGES
from harvester.zones.analysis.questions.coverage import COVERAGE
from harvester.zones.analysis.questions.critics import CRITICS
from harvester.zones.analysis.questions.director_ratings import DIRECTOR_RATINGS
from harvester.zones.analysis.questions.franchises import FRANCHISES
from harvester.zones.analysis.questions.genre_ratings import GENRE_RATINGS
from harvester.zones.analysis.questions.genres import GENRES
from harvester.zones.analysis.questions.going import GOING
from harvester.zones.analysis.questions.keywords import KEYWORDS
from harvester.zones.analysis.questions.length import LENGTH
from harvester.zones.analysis.questions.money import MONEY
from harvester.zones.analysis.questions.months import MONTHS
from harvester.zones.analysis.questions.people import PEOPLE
from harvester.zones.analysis.questions.places import PLACES
from harvester.zones.analysis.questions.question import Question
from harvester.zones.analysis.questions.ratings import RATINGS

__all__ = ["QUESTIONS", "Question"]

QUESTIONS: tuple[Question, ...] = (
    RATINGS,
    CRITICS,
    MONEY,
    GENRES,
    GENRE_RATINGS,
    DIRECTOR_RATINGS,
    MONTHS,
    AIRING,
    LENGTH,
    PEOPLE,
    ACTRESSES,
    KEYWORDS,
    PLACES,
    GOING,
    FRANCHISES,
    COVERAGE,
    CHANGES,
)
