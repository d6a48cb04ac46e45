"""Parses a request's target: paths and queries as TMDB v3 accepts them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from harvester.model import MediaType
from harvester.simulator.bodies import BELOW
from harvester.simulator.exports import parse_name
from harvester.simulator.paging import is_page

MAX_APPENDED: Final = 20
_MEDIA_TYPES: Final[dict[str, MediaType]] = {"movie": "movie", "tv": "tv"}

# What each list knows of a query; TMDB ignores everything else without a word.
_SEARCH: Final = ("query", "include_adult", "page")
_DISCOVER: Final = ("with_genres", "vote_count.gte", "sort_by", "include_adult", "page")
_CHANGES: Final = ("start_date", "end_date", "page")
PARAMETERS: Final[dict[str, tuple[str, ...]]] = {
    "search/movie": (*_SEARCH, "year", "primary_release_year"),
    "search/tv": (*_SEARCH, "year", "first_air_date_year"),
    "search/person": _SEARCH,
    "search/collection": _SEARCH,
    "genre/movie/list": ("language",),
    "genre/tv/list": ("language",),
    "discover/movie": (
        *(*_DISCOVER, "include_video"),
        *("primary_release_date.gte", "primary_release_date.lte"),
    ),
    "discover/tv": (*_DISCOVER, "first_air_date.gte", "first_air_date.lte"),
    "movie/changes": _CHANGES,
    "tv/changes": _CHANGES,
}

LONGEST_WINDOW: Final = timedelta(days=14)
"""Of changes: https://developer.themoviedb.org/reference/changes-movie-list."""

Verdict = Literal[
    "ok",
    "bad-id",
    "not-found",
    "too-many",
    "bad-parameters",
    "bad-page",
    "no-query",
    "bad-date",
    "bad-window",
]


@dataclass(frozen=True, slots=True)
class Route:
    """One parsed request. `label` is the name under which it is counted."""

    label: str
    verdict: Verdict = "ok"
    media_type: MediaType | None = None  # None: of no title or list of titles
    endpoint: str = ""  # below the title; "" is its details
    number: int | None = None  # None: an id that no title can have
    append: tuple[str, ...] = ()
    api_key: str = ""
    by_imdb_id: bool = False  # of a title: TMDB takes a movie's IMDb id, too
    parameters: tuple[tuple[str, str], ...] = ()  # of a list: those it knows
    day: date | None = None  # of an export

    @property
    def is_export(self) -> bool:
        """Whether a file is asked for, which needs no key."""
        return self.label.startswith("export/")


@lru_cache(maxsize=4_096)
def route(target: str) -> Route:  # noqa: C901, PLR0911 -- one line a path, read as a table
    """Parse a request target such as `/3/movie/278?append_to_response=credits`."""
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    api_key = query.get("api_key", "")
    match unquote(parts.path).strip("/").split("/"):
        case ["__stats"]:
            return Route("__stats")
        case ["3", "authentication" | "configuration" as name]:
            return Route(name, api_key=api_key)
        case ["3", "find", external_id]:
            return _find(external_id, query.get("external_source", ""), api_key)
        case ["3", "movie" | "tv" as media, "changes"]:
            return _changes(f"{media}/changes", query, api_key)
        case ["3", "movie" | "tv" as media, title_id, *rest]:
            asked = query.get("append_to_response", "") if not rest else ""
            return _title(_MEDIA_TYPES[media], title_id, "/".join(rest), asked, api_key)
        case ["3", "collection", number]:
            return _numbered("collection", number, api_key)
        case ["3", "person", number]:
            return _numbered("person", number, api_key)
        case ["3", "person", number, "combined_credits"]:
            return _numbered("person/combined_credits", number, api_key)
        case ["p", "exports", name]:
            return _export(name)
        case ["3", *rest] if "/".join(rest) in PARAMETERS:
            return _list("/".join(rest), query, api_key)
        case _:
            return Route("other", "not-found", api_key=api_key)


def _numbered(label: str, text: str, api_key: str) -> Route:
    if not _is_number(text):
        return Route(label, "bad-id", api_key=api_key)
    return Route(label, number=int(text), api_key=api_key)


def _export(name: str) -> Route:
    file = parse_name(name)
    if file is None:
        return Route("export/other")
    kind, day = file
    return Route(f"export/{kind}", day=day)


def _list(label: str, query: dict[str, str], api_key: str) -> Route:
    known = PARAMETERS[label]
    if "query" in known and "query" not in query:
        return Route(label, "no-query", api_key=api_key)
    if "page" in known and not is_page(query.get("page", "1")):
        return Route(label, "bad-page", api_key=api_key)
    asked = tuple((name, query[name]) for name in known if name in query)
    kinds = [_MEDIA_TYPES[part] for part in label.split("/") if part in _MEDIA_TYPES]
    return Route(label, media_type=kinds[0] if kinds else None, api_key=api_key, parameters=asked)


def _changes(label: str, query: dict[str, str], api_key: str) -> Route:
    try:
        start, end = (
            date.fromisoformat(query[name]) if name in query else None
            for name in ("start_date", "end_date")
        )
    except ValueError:
        return Route(label, "bad-date", api_key=api_key)
    if start is not None and end is not None and end - start > LONGEST_WINDOW:
        return Route(label, "bad-window", api_key=api_key)
    return _list(label, query, api_key)


def _find(external_id: str, source: str, api_key: str) -> Route:
    if not source:
        return Route("find", "bad-parameters", api_key=api_key)
    digits = external_id.removeprefix("tt")
    ours = source == "imdb_id" and digits != external_id and _is_number(digits)
    return Route("find", number=int(digits) if ours else None, api_key=api_key)


def _title(media: MediaType, title_id: str, endpoint: str, asked: str, api_key: str) -> Route:
    label = (
        f"{media}/{endpoint}" if endpoint in BELOW[media] else media if not endpoint else "other"
    )
    digits = title_id.removeprefix("tt") if media == "movie" else title_id
    append = tuple(dict.fromkeys(filter(None, asked.split(","))))
    if label == "other":
        return Route(label, "not-found", api_key=api_key)
    if len(append) > MAX_APPENDED:
        return Route(label, "too-many", api_key=api_key)
    if not _is_number(digits):
        return Route(label, "bad-id", api_key=api_key)
    by_imdb_id = digits != title_id
    return Route(label, "ok", media, endpoint, int(digits), append, api_key, by_imdb_id)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12  # noqa: PLR2004
