"""The responses of a library at a moment: titles that changed, and those that are gone or away."""

from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator import bodies
from harvester.simulator.bodies import render_body
from harvester.simulator.chance import scattered
from harvester.simulator.change_lists import changed_items, changes_page
from harvester.simulator.course import Course
from harvester.simulator.found import found_item
from harvester.simulator.identity import identify, identify_title
from harvester.simulator.library import Library, Reply, error
from harvester.simulator.rhythm import DAY_SECONDS
from harvester.simulator.routes import LONGEST_WINDOW, Route

Json = dict[str, Any]

_KEPT_LISTS: Final = 4
_ARRAYS: Final[dict[str, MediaType]] = {"movie_results": "movie", "tv_results": "tv"}


class AgedLibrary:
    """Answers as a library does, by a clock.

    Details and what `find` says of a title age, and lists of changes tell of it. Searches, discover
    and exports go on listing titles as they were, those that are gone, too.
    """

    def __init__(self, library: Library, course: Course) -> None:
        self._library = library
        self._course = course
        self._lists: OrderedDict[tuple[MediaType, int, int], list[Json]] = OrderedDict()

    def answer(self, route: Route, now: datetime) -> Reply:
        """Return TMDB's response at this moment."""
        if route.verdict != "ok":
            return error(route.verdict)
        at = self._course.served_at(repr(replace(route, api_key="")), now)
        media_type, number = route.media_type, route.number
        if route.label.endswith("/changes") and media_type is not None:
            return self._changes(route, media_type, at)
        if number is not None and media_type is not None:
            return self._title(route, media_type, number, at)
        if number is not None and route.label == "find":
            return self._find(number, at)
        return self._library.answer(route)

    def _title(self, route: Route, media_type: MediaType, asked: int, at: int) -> Reply:
        course, seed = self._course, self._course.seed
        number = (
            identify(seed, asked).number
            if route.by_imdb_id
            else identify_title(seed, media_type, asked).number
        )
        if course.is_gone(media_type, number, at):
            heir = course.heir(media_type, number, at) if route.by_imdb_id else None
            if heir is None:
                return error("not-found")
            number = heir
            route = replace(route, number=heir, by_imdb_id=False)
        if course.is_away(media_type, number, at):
            return error("not-found")
        if route.endpoint:
            return self._library.answer(route)
        details = self._library.value(route)
        if details is None:
            return error("not-found")
        return Reply(200, render_body(self._touched(details, media_type, number, at)))

    def _find(self, asked: int, at: int) -> Reply:
        seed = self._course.seed
        found = bodies.find(seed, asked)
        for array, media_type in _ARRAYS.items():
            number: int | None = identify(seed, asked).number
            if found[array] and number is not None:
                if self._course.is_gone(media_type, number, at):
                    number = self._course.heir(media_type, number, at)
                found[array] = []
                if number is not None:
                    item = found_item(seed, identify(seed, number), media_type)
                    found[array] = [self._touched(item, media_type, number, at)]
        return Reply(200, render_body(found))

    def _touched(self, title: Json, media_type: MediaType, number: int, at: int) -> Json:
        """Change what is said of a title: its overview when it changed, numbers day by day."""
        version, days = self._course.version(media_type, number, at), self._course.days(at)
        if version:
            title["overview"] = f"{title['overview']} Revised {version} times.".lstrip()
        if days:
            title["vote_count"] += days * (number % 3)
            share = 0.9 + scattered(self._course.seed + days, number) % 2_001 / 10_000
            title["popularity"] = round(title["popularity"] * share, 4)
        return title

    def _changes(self, route: Route, media_type: MediaType, at: int) -> Reply:
        parameters = dict(route.parameters)
        begin, end = _window(parameters, at)
        key = (media_type, begin, min(end, at + 1))
        if key not in self._lists:  # the pages of one list are asked for one after another
            self._lists[key] = changed_items(media_type, self._course.changed(*key))
            while len(self._lists) > _KEPT_LISTS:
                self._lists.popitem(last=False)
        one_page = self._course.options.one_page
        page = changes_page(self._lists[key], parameters, one_page=one_page)
        return Reply(200, render_body(page))


def _window(parameters: dict[str, str], at: int) -> tuple[int, int]:
    """Return the first second of a window and the one after its last: without dates, 24 hours.

    With both dates it ends at the midnight before `end_date`, or is the one day that both name;
    with one of them it is the 14 days from there, or the day before. None of that is documented.
    """
    start, end = (_midnight(parameters.get(name)) for name in ("start_date", "end_date"))
    if start is None and end is None:
        return at + 1 - DAY_SECONDS, at + 1
    if start is None:
        start = (end or 0) - DAY_SECONDS
    if end is None:
        end = start + int(LONGEST_WINDOW.total_seconds())
    return start, end if end != start else start + DAY_SECONDS


def _midnight(day: str | None) -> int | None:
    if day is None:
        return None
    return int(datetime.combine(date.fromisoformat(day), time(tzinfo=UTC)).timestamp())
