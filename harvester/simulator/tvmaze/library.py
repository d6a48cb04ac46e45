"""The answer to each request: a status and a body."""

from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

from harvester.simulator.course import ChangeOptions
from harvester.simulator.identity import identify
from harvester.simulator.tvmaze.below import cast_body, episodes_body
from harvester.simulator.tvmaze.catalogue import Listed, Shows
from harvester.simulator.tvmaze.routes import TvmazeRoute
from harvester.simulator.tvmaze.show import show_body
from harvester.simulator.tvmaze.updates import Updates

PAGE: Final = 250


class TvmazeReply(NamedTuple):
    """A status and a body; `show_id` is where a lookup leads."""

    status: int
    body: bytes
    show_id: int | None = None


def problem(status: int, name: str) -> TvmazeReply:
    """Return an error as TVmaze sends it."""
    said = {"name": name, "message": "", "code": 0, "status": status}
    return TvmazeReply(status, orjson.dumps(said))


MISSING: Final = problem(404, "Not Found")
THROTTLED: Final = problem(429, "Too Many Requests")
NO_MATCH: Final = TvmazeReply(404, b"")
"""Of a lookup: nothing is in the body of recorded ones, either."""


class TvmazeLibrary:
    """The answers of one seed; nothing is kept."""

    def __init__(self, seed: int, population: int, changes: ChangeOptions | None) -> None:
        self._seed = seed
        self._shows = Shows(seed, population)
        self._updates = Updates(seed, changes)

    def answer(self, route: TvmazeRoute, target: str, now: datetime) -> TvmazeReply:
        """Return TVmaze's answer at this moment."""
        at = self._updates.served_at(target, now, is_index=route.label == "index")
        if route.label == "updates":
            return self._updated(route, at)
        if route.number is None:
            return NO_MATCH if route.label == "lookup" else MISSING
        match route.label:
            case "index":
                return self._page(route.number, at)
            case "lookup":
                found = self._shows.by_imdb_number(route.number)
                return NO_MATCH if found is None else TvmazeReply(301, b"", found.show_id)
        listed = self._shows.show(route.number)
        if listed is None:
            return MISSING
        return TvmazeReply(200, orjson.dumps(self._value(route, listed, at)))

    def neighbour(self, route: TvmazeRoute) -> int | None:
        """Return the id of another show, in whose body that of this one may be mistaken."""
        following = range((route.number or 0) + 1, self._shows.last_id + 1)
        return next((one for one in following if self._shows.show(one) is not None), None)

    def _value(self, route: TvmazeRoute, listed: Listed, at: int) -> Any:
        identity = identify(self._seed, listed.number)
        if route.label == "episodes":
            return episodes_body(
                self._seed, identity, listed.show_id, with_specials=route.with_specials
            )
        if route.label == "cast":
            return cast_body(self._seed, identity, listed.show_id)
        return self._show(listed, at)

    def _show(self, listed: Listed, at: int) -> dict[str, Any]:
        return show_body(
            self._seed,
            identify(self._seed, listed.number),
            listed,
            self._updates.updated(listed.show_id, at),
            self._updates.version(listed.show_id, at),
        )

    def _page(self, page: int, at: int) -> TvmazeReply:
        first = PAGE * page
        if first > self._shows.last_id:
            return MISSING
        listed = (self._shows.show(show_id) for show_id in range(first, first + PAGE))
        return TvmazeReply(
            200, orjson.dumps([self._show(one, at) for one in listed if one is not None])
        )

    def _updated(self, route: TvmazeRoute, at: int) -> TvmazeReply:
        begin = 0 if route.seconds is None else at - route.seconds
        times = (
            (show_id, self._updates.updated(show_id, at))
            for show_id in range(1, self._shows.last_id + 1)
            if self._shows.show(show_id) is not None
        )
        found = {str(show_id): moment for show_id, moment in times if moment >= begin}
        return TvmazeReply(200, orjson.dumps(found) if found else b"[]")
