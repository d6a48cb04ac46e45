"""`tmdb:genre/NAME`: all titles of a genre, by TMDB's discover.

TMDB serves 500 pages of a list, and pages of its usual order shift while they are read. So titles
are asked in the order of their dates, which stands still, and in slices of dates, halved while one
has more pages. A title without a date is in no slice.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from harvester.errors import InputError
from harvester.hints import nearest
from harvester.model import MediaType
from harvester.origins.tmdb.answers import language_param
from harvester.origins.tmdb.questions.answer import Answered
from harvester.origins.tmdb.questions.lists import (
    MAX_PAGES,
    Listed,
    Lists,
    Page,
    items_of,
    listed,
    text_of,
)
from harvester.origins.tmdb.questions.names import normal
from harvester.origins.tmdb.questions.question import Question

_DATE: Final[dict[MediaType, str]] = {"movie": "primary_release_date", "tv": "first_air_date"}
_FIRST: Final = date(1800, 1, 1)
_LAST: Final = date(2200, 12, 31)
_READ_AGAIN: Final = 2
"""How often a slice is read again that gave fewer titles than it has: its pages shifted."""


@dataclass(frozen=True, slots=True)
class _Genre:
    media_type: MediaType
    tmdb_id: int
    name: str


async def genre_titles(lists: Lists, question: Question) -> Answered:
    """Return the titles of one genre, oldest first, and how many are out of reach.

    Raises `InputError` for a genre that TMDB lacks, or that needs its kind.
    """
    genre = await _genre(lists, question)
    params = {"with_genres": str(genre.tmdb_id)}
    if "votes" in question.parameters:
        params["vote_count.gte"] = question.parameters["votes"]
    found: dict[int, Listed] = {}
    path, lost = f"discover/{genre.media_type}", 0
    if question.years is None:
        first, last = _FIRST, _LAST
        everything = (await lists.page(path, params)).total
    else:
        first, last = date(question.years[0], 1, 1), date(question.years[1], 12, 31)
        everything = None
    async for within, page in _slices(lists, genre, params, first, last):
        lost += await _read(lists, genre, within, page, found)
    if everything is not None:
        lost = max(everything - len(found), 0)
    if not found:
        raise InputError(
            f"{question}: no title of {lists.who} is of this genre and these years and votes"
        )
    what = "movies" if genre.media_type == "movie" else "series"
    return Answered(f'genre "{genre.name}" ({genre.tmdb_id}) of {what}', list(found.values()), lost)


async def _slices(
    lists: Lists, genre: _Genre, params: dict[str, str], first: date, last: date
) -> AsyncIterator[tuple[dict[str, str], Page]]:
    """Yield the parameters and the first page of each slice that TMDB serves whole, in order."""
    left = [(first, last)]
    while left:
        begin, end = left.pop()
        key = _DATE[genre.media_type]
        within = {
            **params,
            "sort_by": f"{key}.asc",
            f"{key}.gte": begin.isoformat(),
            f"{key}.lte": end.isoformat(),
        }
        page = await lists.page(f"discover/{genre.media_type}", within)
        if page.pages <= MAX_PAGES:
            yield within, page
        elif begin == end:
            raise InputError(
                f"genre {genre.name} has more titles on {begin} than TMDB lists: "
                "ask for fewer by votes=100"
            )
        else:
            middle = begin + (end - begin) // 2
            left += [(middle + timedelta(days=1), end), (begin, middle)]


async def _read(
    lists: Lists, genre: _Genre, within: dict[str, str], first: Page, found: dict[int, Listed]
) -> int:
    """Add the titles of a slice to `found`; return how many it has that no page gave."""
    path, mine = f"discover/{genre.media_type}", set[int]()
    for again in range(1 + _READ_AGAIN):
        page = first if not again else await lists.page(path, within)
        async for each in lists.pages(path, within, page):
            for item in each.items:
                one = listed(item, genre.media_type)
                if one is not None:
                    found.setdefault(one.tmdb_id, one)
                    mine.add(one.tmdb_id)
        if len(mine) >= page.total:
            return 0
    return page.total - len(mine)


async def _genre(lists: Lists, question: Question) -> _Genre:
    kind = question.parameters.get("kind")
    kinds: list[MediaType] = [one for one in _DATE if kind in {None, one}]
    known = [genre for media_type in kinds for genre in await _genres(lists, media_type)]
    wanted = normal(question.name)
    same = {
        (one.media_type, one.tmdb_id): one
        for one in known
        if question.tmdb_id == one.tmdb_id or normal(one.name) == wanted
    }
    if len(same) == 1:
        return next(iter(same.values()))
    if same:
        raise InputError(
            f"{question} is a genre of movies and of series: ask for kind=movie or for kind=tv"
        )
    names = list(dict.fromkeys(one.name for one in known))
    raise InputError(
        f"{question}: {lists.who} has no such genre{nearest(question.name, names)}; "
        f"it has {', '.join(names)}"
    )


async def _genres(lists: Lists, media_type: MediaType) -> list[_Genre]:
    """Return the genres of a media type, by their English names and those in our language."""
    languages = [None] if lists.language in {None, "en", "en-US"} else [None, lists.language]
    found = []
    for language in languages:
        answer = await lists.object(
            f"genre/{media_type}/list",
            language_param(language),
            lambda value: isinstance(value.get("genres"), list),
        )
        found += [
            _Genre(media_type, item["id"], text_of(item, "name"))
            for item in items_of((answer or {}).get("genres"))
            if type(item.get("id")) is int and text_of(item, "name")
        ]
    return found
