"""Parses a request's target below `/tvmaze`: paths and queries as TVmaze accepts them."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

Label = Literal["index", "lookup", "show", "episodes", "cast", "updates", "other"]

_SHOW: Final = re.compile(r"/shows/(\d{1,9})(?:/(episodes|cast))?", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)
_IMDB_ID: Final = re.compile(r"tt(\d{1,9})", re.ASCII)
SPANS: Final = {"day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400}


@dataclass(frozen=True, slots=True)
class TvmazeRoute:
    """One parsed request; `number` is a show's id, a page, or an IMDb number, None for none."""

    label: Label
    number: int | None = None
    with_specials: bool = False
    seconds: int | None = None  # of updates: how far back; None is all


def parse_target(target: str) -> TvmazeRoute:
    """Parse a target such as `/shows/82/episodes?specials=1`."""
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    match parts.path:
        case "/shows":
            page = query.get("page", "0")
            return TvmazeRoute("index", int(page) if _NUMBER.fullmatch(page) else None)
        case "/lookup/shows":
            found = _IMDB_ID.fullmatch(query.get("imdb", ""))
            return TvmazeRoute("lookup", None if found is None else int(found[1]))
        case "/updates/shows":
            return TvmazeRoute("updates", seconds=SPANS.get(query.get("since", "")))
    show = _SHOW.fullmatch(parts.path)
    if show is None:
        return TvmazeRoute("other")
    labels: dict[str | None, Label] = {None: "show", "episodes": "episodes", "cast": "cast"}
    specials = query.get("specials") == "1"
    return TvmazeRoute(labels[show[2]], int(show[1]), with_specials=specials)
