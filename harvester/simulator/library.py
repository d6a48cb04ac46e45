"""The response to each request: a status and a body, cached once rendered."""

import html
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import orjson

from harvester.simulator import bodies
from harvester.simulator.bodies import Body, render_body, wire
from harvester.simulator.exports import export, is_there, last_modified
from harvester.simulator.found import FIND_ARRAYS
from harvester.simulator.identity import identify
from harvester.simulator.lists import LABELS, list_body
from harvester.simulator.routes import Route

CACHE_BYTES: Final = 64 * 1024 * 1024
POPULATION: Final = 1_000  # movies and series of the shelf, each
_NEIGHBOURS: Final = 1_000

# TMDB's error envelopes: https://developer.themoviedb.org/docs/errors
ERRORS: Final[dict[str, tuple[int, int, str]]] = {
    "not-found": (404, 34, "The resource you requested could not be found."),
    "bad-id": (404, 6, "Invalid id: The pre-requisite id is invalid or not found."),
    "bad-parameters": (422, 5, "Invalid parameters: Your request parameters are incorrect."),
    "too-many": (
        *(400, 27),
        "Too many append to response objects: The maximum number of remote calls is 20.",
    ),
    "bad-page": (
        *(400, 22),
        "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer.",
    ),
    "bad-date": (400, 23, "Invalid date: Format needs to be YYYY-MM-DD."),
    "bad-window": (422, 20, "Invalid date range: Should be a range no longer than 14 days."),
    "token": (401, 7, "Invalid API key: You must be granted a valid key."),
    "method": (405, 42, "This request method is not supported for this resource."),
    "401": (401, 10, "Suspended API key: Access to your account has been suspended, contact TMDB."),
    "500": (500, 11, "Internal error: Something went wrong, contact TMDB."),
    "503": (503, 9, "Service offline: This service is temporarily offline, try again later."),
    "504": (504, 24, "Your request to the backend server timed out. Try again."),
}


FIXED: Final[dict[str, bodies.Json]] = {
    "authentication": {"success": True, "status_code": 1, "status_message": "Success."},
    "configuration": {
        "images": {"base_url": "http://image.tmdb.org/t/p/", "poster_sizes": ["original"]},
        "change_keys": ["title", "overview"],
    },
}
# TMDB's other envelope, without a code: recorded in 2020
NO_QUERY: Final[bodies.Json] = {"errors": ["query must be provided"]}
NOTHING_FOUND: Final[bodies.Json] = {array: [] for array in FIND_ARRAYS}


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a body; errors have no ETag.

    What has a `last_modified` is a file: it is sent as it is, and its length with it.
    """

    status: int
    body: Body
    last_modified: str = ""


def error(name: str) -> Reply:
    """Return TMDB's envelope for a named error."""
    if name == "no-query":
        return Reply(422, render_body(NO_QUERY))
    status, code, message = ERRORS[name]
    return Reply(
        status, render_body({"success": False, "status_code": code, "status_message": message})
    )


def throttled(count: int, limit: float) -> Reply:
    """Return TMDB's 429, whose message has the number of requests in the last second."""
    message = f"Your request count ({count}) is over the allowed limit of {limit:g}."
    return Reply(429, render_body({"status_code": 25, "status_message": message}))


def error_page(status: int, title: str) -> bytes:
    """Return an HTML page such as a gateway sends instead of TMDB's response."""
    text = html.escape(title)
    return f"<html><head><title>{status} {text}</title></head><body>{text}</body></html>".encode()


class Library:
    """The responses of one seed; the most recently used are cached, up to `capacity` bytes."""

    def __init__(
        self, seed: int, *, population: int = POPULATION, capacity: int = CACHE_BYTES
    ) -> None:
        self._seed = seed
        self._population = population
        self._capacity = capacity
        self._size = 0
        self._kept: OrderedDict[tuple[object, ...], Reply] = OrderedDict()

    def answer(self, route: Route) -> Reply:
        """Return TMDB's response, rendering it at most once."""
        if route.verdict != "ok":
            return error(route.verdict)
        key = (
            *(route.media_type, route.endpoint, route.number),
            *(route.by_imdb_id, route.append, route.label, route.parameters),
        )
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        value = self.value(route)
        made = error("not-found") if value is None else Reply(200, render_body(value))
        self._kept[key] = made
        self._size += _weight(made)
        while self._size > self._capacity:
            _, oldest = self._kept.popitem(last=False)
            self._size -= _weight(oldest)
        return made

    def export(self, route: Route, now: datetime) -> Reply | None:
        """Return the file of ids that is asked for, or None if it is not there at this moment."""
        if route.day is None or not is_there(route.day, now):
            return None
        raw = export(self._seed, self._population, route.label.removeprefix("export/"))
        return Reply(200, Body(raw, raw, bodies.etag(raw)), last_modified(route.day))

    def value(self, route: Route) -> bodies.Json | None:
        """Return the JSON of a 200, or None where TMDB returns 404."""
        if route.label in FIXED:
            return FIXED[route.label]
        if route.label in LABELS:
            return list_body(self._seed, self._population, route)
        number, media_type = route.number, route.media_type
        if media_type is None:
            return NOTHING_FOUND if number is None else bodies.find(self._seed, number)
        if number is None:
            return None
        by_imdb_id = route.by_imdb_id
        if route.endpoint:
            return bodies.below(
                self._seed, number, media_type, route.endpoint, by_imdb_id=by_imdb_id
            )
        return bodies.details(self._seed, number, media_type, route.append, by_imdb_id=by_imdb_id)

    def neighbour(self, route: Route) -> int | None:
        """Return the next number for which this route has another response with status 200."""
        if route.number is None:
            return None
        for number in range(route.number + 1, route.number + _NEIGHBOURS):
            if route.label in LABELS:
                if self.value(replace(route, number=number)) is not None:
                    return number
                continue
            identity = identify(self._seed, number)
            if identity.is_a(route.media_type or "movie"):
                return number
        return None


def _weight(answer: Reply) -> int:
    return len(answer.body.raw) + len(answer.body.gzipped) + 1_000


def without_one_appended(answer: Reply, append: tuple[str, ...], draw: float) -> Body | None:
    """Return details without one of the appended objects, or None if they have none."""
    value = orjson.loads(answer.body.raw)
    present = [name for name in append if name in value]
    if not present:
        return None
    del value[present[int(draw * len(present))]]
    return render_body(value)


def as_array(body: Body) -> Body:
    """Return the body inside a JSON array, with the array's ETag."""
    raw = b"[" + body.raw + b"]"
    return Body(raw, bodies.gzipped(raw), bodies.etag(raw))


def mislabelled(body: Body) -> Body:
    """Return the body with an ETag that does not belong to it."""
    return Body(body.raw, body.gzipped, bodies.etag(wire("another body")))
