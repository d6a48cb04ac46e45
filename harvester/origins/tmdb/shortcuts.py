"""How a run saves requests. It decides no record, and so is no part of a run's id."""

from dataclasses import dataclass, field

from harvester.inputs.id_map import IdMap
from harvester.model import RequestMode
from harvester.origins.tmdb.endpoints import FIND
from harvester.run.plan import Asked


@dataclass(frozen=True, slots=True)
class Saving:
    """The request mode, the name of the id map that was given, and what of it is of use."""

    requests: RequestMode = "fanout"
    id_map: str | None = None
    known: IdMap = field(default_factory=IdMap)

    def requests_a_title(self, asked: Asked, requests: RequestMode | None = None) -> int:
        """Return the most requests a title takes when all goes well, in this mode or another."""
        if (requests or self.requests) == "fanout":
            return asked.requests_a_title
        return min(asked.requests_a_title, 2)

    def about(self, asked: Asked, titles: int, of: int, requests: RequestMode | None = None) -> int:
        """Return about how many requests so many titles of a plan of `of` titles take."""
        known = titles * len(self.known) // of if of else 0
        return titles * self.requests_a_title(asked, requests) - known


def uses_id_map(asked: Asked) -> bool:
    """Say whether a known id saves a request: `find` may be asked for its own sake."""
    return FIND not in asked.endpoints
