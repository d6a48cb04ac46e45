"""Parses a request's target: paths and queries as TMDB v3 accepts them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from harvester.model import MediaType
from harvester.simulator.bodies import BELOW

MAX_APPENDED: Final = 20
_MEDIA_TYPES: Final[dict[str, MediaType]] = {"movie": "movie", "tv": "tv"}

Verdict = Literal["ok", "bad-id", "not-found", "too-many", "bad-parameters"]


@dataclass(frozen=True, slots=True)
class Route:
    """One parsed request. `label` is the name under which it is counted."""

    label: str
    verdict: Verdict = "ok"
    media_type: MediaType | None = None  # None: find
    endpoint: str = ""  # below the title; "" is its details
    number: int | None = None  # None: an id that no title can have
    append: tuple[str, ...] = ()
    api_key: str = ""
    by_imdb_id: bool = False  # of a title: TMDB takes a movie's IMDb id, too


@lru_cache(maxsize=4_096)
def route(target: str) -> Route:
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
        case ["3", "movie" | "tv" as media, title_id, *rest]:
            asked = query.get("append_to_response", "") if not rest else ""
            return _title(_MEDIA_TYPES[media], title_id, "/".join(rest), asked, api_key)
        case _:
            return Route("other", "not-found", api_key=api_key)


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
