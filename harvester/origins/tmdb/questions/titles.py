"""`tmdb:movie/NAME`, `tmdb:tv/NAME`: the one title of this name."""

from typing import Final

from harvester.model import MediaType
from harvester.origins.tmdb.questions.answer import Answered, ambiguous, nothing
from harvester.origins.tmdb.questions.lists import Listed, Lists, listed
from harvester.origins.tmdb.questions.names import clear_winner, normal_title
from harvester.origins.tmdb.questions.question import Question

_YEAR_PARAMETER: Final[dict[MediaType, str]] = {
    "movie": "primary_release_year",
    "tv": "first_air_date_year",
}


async def title_by_name(lists: Lists, question: Question) -> Answered:
    """Return the title that is meant: equal in name, its year at most one off, clearly best known.

    Raises `InputError`, with candidates where there are some.
    """
    media_type: MediaType = "tv" if question.topic == "tv" else "movie"
    year = None if question.years is None else question.years[0]
    params = {"query": question.name}
    if year is not None:
        within = {**params, _YEAR_PARAMETER[media_type]: str(year)}
        found, more = await _search(lists, media_type, within)
        if not _meant(found, question.name, year):
            found, more = await _search(lists, media_type, params)
    else:
        found, more = await _search(lists, media_type, params)
    meant = _meant(found, question.name, year)
    winner = clear_winner(meant)
    if winner is not None:
        return Answered(f'{media_type} "{winner.shown}" ({winner.tmdb_id})', [winner])
    if meant or more:
        raise ambiguous(question, [(one.shown, one.question) for one in _best(meant or found)])
    raise nothing(question, [(one.shown, one.question) for one in _best(found)], lists.who)


async def _search(
    lists: Lists, media_type: MediaType, params: dict[str, str]
) -> tuple[list[Listed], bool]:
    items, more = await lists.search(f"search/{media_type}", params)
    found = (listed(item, media_type) for item in items)
    by_id = {one.tmdb_id: one for one in found if one is not None}
    return list(by_id.values()), more


def _meant(found: list[Listed], name: str, year: int | None) -> list[Listed]:
    """Return those of this name, of this year if there are any, else of the years beside it."""
    wanted = normal_title(name)
    named = [one for one in found if wanted in {normal_title(one.name), normal_title(one.original)}]
    if year is None:
        return named
    exact = [one for one in named if one.year == year]
    return exact or [one for one in named if one.year is not None and abs(one.year - year) == 1]


def _best(found: list[Listed]) -> list[Listed]:
    return sorted(found, key=lambda one: -one.weight)
