"""A user's text → a setting's value; a `ValueError` says which values are valid."""

import datetime as dt
import re
from typing import Literal
from urllib.parse import urlsplit

from harvester.hints import nearest
from harvester.lake.conditions import condition
from harvester.lake.keys import DATES, RUN_ID
from harvester.model import DEFAULT_ORIGIN, Format, Kind, Only, RequestMode
from harvester.origins.table import ORIGINS
from harvester.upstream.hosts import can_be_host

LEAST_RATE = 0.001
"""In requests a second: one in 17 minutes."""

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?", re.ASCII)
_DURATION = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>s|m|h|)", re.ASCII)
_AGE = re.compile(r"(?P<number>\d{1,5})(?P<unit>[dh])", re.ASCII)
_AGES = {"h": 3600, "d": 86_400}
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def rate(text: object) -> float:
    """Return a number of requests a second: of what is rarer, no title would be done in a day."""
    try:
        value = float(str(text))
    except ValueError:
        value = float("nan")
    if not LEAST_RATE <= value < float("inf"):
        raise ValueError(f"takes a number from {LEAST_RATE:g}")
    return value


def request_rate(text: object) -> float | Literal["auto"]:
    """Return a number of requests a second, or `auto`."""
    if text == "auto":
        return "auto"
    try:
        return rate(text)
    except ValueError as error:
        raise ValueError(f"{error}, or auto") from None


def count(text: object) -> int:
    """Return a whole number from 1."""
    if isinstance(text, bool) or not re.fullmatch(r"[1-9]\d{0,8}", str(text), re.ASCII):
        raise ValueError("takes a whole number from 1")
    return int(str(text))


def words(text: object) -> tuple[str, ...]:
    """Return the distinct words of a list, or of a text with commas."""
    parts = text if isinstance(text, list | tuple) else str(text).split(",")
    found = tuple(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
    if not found:
        raise ValueError("takes at least one name")
    return found


def conditions(text: object) -> tuple[str, ...]:
    """Return conditions such as `year=1999`, of a list or of a text with one on each line."""
    parts = text if isinstance(text, list | tuple) else str(text).splitlines()
    found = tuple(dict.fromkeys(str(condition(part)) for part in parts if part.strip()))
    return found or (str(condition("")),)


def origin(text: object) -> str:
    """Return an origin's name in the lake's paths; it is given in capitals or not."""
    known = {name.casefold(): name for name in ORIGINS}
    name = str(text).casefold()
    if name not in known:
        *most, last = known
        among = f"{', '.join(most)} or {last}" if most else last
        raise ValueError(f"takes {among}{nearest(name, list(known))}")
    return known[name]


def endpoint_names(text: object, origin: str = DEFAULT_ORIGIN) -> tuple[str, ...]:
    """Return endpoint names in the order of the origin's, so that the run id is the same."""
    names, known = words(text), ORIGINS[origin].endpoints
    for name in names:
        if name not in known:
            raise ValueError(
                f"does not know {name!r}{nearest(name, known)}; "
                f"the endpoints are {', '.join(known)}"
            )
    return tuple(name for name in known if name in names)


def language(text: object) -> str:
    """Return an ISO 639-1 code, with or without a region."""
    if not _LANGUAGE.fullmatch(str(text)):
        raise ValueError("takes an ISO 639-1 code, with a region if you like: pt or pt-BR")
    return str(text)


def layout(text: object) -> Format:
    """Return the format of record files."""
    if text == "array" or text == "lines":  # noqa: PLR1714 - this form narrows the type
        return text
    raise ValueError("takes array or lines")


def request_mode(text: object) -> RequestMode:
    """Return how a title's endpoints are requested."""
    if text == "fanout" or text == "append":  # noqa: PLR1714 - this form narrows the type
        return text
    raise ValueError("takes fanout or append")


def seconds(text: object) -> float:
    """Return a duration in seconds."""
    found = _DURATION.fullmatch(str(text).strip())
    duration = float(found["number"]) * _SECONDS[found["unit"]] if found else 0.0
    if not 0 < duration < float("inf"):
        raise ValueError("takes a duration above 0, such as 90s, 14m or 2h")
    return duration


def only(text: object) -> Only:
    """Return which of the inputs' titles are taken."""
    if text != "due":
        raise ValueError("takes due")
    return "due"


def age(text: object) -> int:
    """Return an age in seconds."""
    found = _AGE.fullmatch(str(text).strip())
    age = int(found["number"]) * _AGES[found["unit"]] if found else 0
    if not age:
        raise ValueError("takes an age from 1h, such as 150d or 12h")
    return age


def days(text: object) -> int:
    """Return a number of whole days, which may be given without its `d`."""
    try:
        return age(f"{str(text).strip().removesuffix('d').strip()}d") // _AGES["d"]
    except ValueError:
        raise ValueError("takes a number of days from 1 to 99999, such as 180d") from None


def kind(text: object) -> Kind:
    """Return the kind of titles in an input."""
    match str(text).casefold():
        case "movies" | "movie":
            return "movie"
        case "series" | "tv":
            return "series"
    raise ValueError("takes Movies or Series")


def date(text: object) -> dt.date:
    """Return a date that a run may have."""
    first, last = DATES
    try:
        found = dt.date.fromisoformat(str(text))
    except ValueError:
        raise ValueError("takes a date such as 2026-11-24") from None
    if not first <= found <= last:
        raise ValueError(f"takes a date from {first} to {last}")
    return found


def run_id(text: object) -> str:
    """Return a run's id."""
    if not RUN_ID.fullmatch(str(text)):
        raise ValueError(
            "takes up to 64 letters, digits, '.', '_' and '-', a letter or digit first"
        )
    return str(text)


def nonblank(text: object) -> str:
    """Return a non-empty text without surrounding space."""
    if not str(text).strip():
        raise ValueError("must not be empty")
    return str(text).strip()


def url(text: object) -> str:
    """Return an http(s) URL without user, query, fragment or trailing slash."""
    address = str(text)
    try:
        parts = urlsplit(address)
        good = (
            re.fullmatch(r"https?://[^\s?#@]+", address)
            and parts.port != 0
            and can_be_host(parts.hostname or "")
        )
    except ValueError:  # a port out of range, a broken IPv6 address
        good = False
    if not good:
        raise ValueError("takes an http:// or https:// URL without user, query or fragment")
    return address.rstrip("/")


LISTS = (words, conditions, endpoint_names)
"""The parsers that also accept a list."""
