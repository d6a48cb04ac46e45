"""How a run saves requests. It does not affect records, and so is not part of a run's id."""

from dataclasses import dataclass, field

from harvester.lake.keys import FIND
from harvester.model import Asked, RequestMode
from harvester.origins.tmdb.known_ids import IdMap


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """The request mode, the name of the given id map, and those of its ids that the run needs."""

    requests: RequestMode = "fanout"
    id_map: str | None = None
    known: IdMap = field(default_factory=IdMap)

    def requests_a_title(self, asked: Asked, requests: RequestMode | None = None) -> int:
        """Return the maximum requests per title without retries, in this mode or another."""
        if (requests or self.requests) == "fanout":
            return fanned_out(asked)
        return min(fanned_out(asked), 2)

    def about(self, asked: Asked, titles: int, of: int, requests: RequestMode | None = None) -> int:
        """Return the approximate number of requests for `titles` of a plan's `of` titles."""
        known = titles * len(self.known) // of if of else 0
        return titles * self.requests_a_title(asked, requests) - known


def fanned_out(asked: Asked) -> int:
    """Return the maximum requests per title with `fanout`: find, and one per other endpoint."""
    return 1 + len([name for name in asked.endpoints if name != FIND])


def uses_id_map(asked: Asked) -> bool:
    """Return whether a known id saves a request: not if `find` is harvested as well."""
    return FIND not in asked.endpoints
