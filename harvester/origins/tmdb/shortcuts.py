"""How a run saves requests. It decides no record, and so is no part of a run's id."""

from dataclasses import dataclass, field

from harvester.lake.keys import FIND
from harvester.model import Asked, RequestMode
from harvester.origins.tmdb.known_ids import IdMap


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """The request mode, the name of the id map that was given, and what of it is of use."""

    requests: RequestMode = "fanout"
    id_map: str | None = None
    known: IdMap = field(default_factory=IdMap)

    def requests_a_title(self, asked: Asked, requests: RequestMode | None = None) -> int:
        """Return the most requests a title takes when all goes well, in this mode or another."""
        if (requests or self.requests) == "fanout":
            return fanned_out(asked)
        return min(fanned_out(asked), 2)

    def about(self, asked: Asked, titles: int, of: int, requests: RequestMode | None = None) -> int:
        """Return about how many requests so many titles of a plan of `of` titles take."""
        known = titles * len(self.known) // of if of else 0
        return titles * self.requests_a_title(asked, requests) - known


def fanned_out(asked: Asked) -> int:
    """Return the most requests a title takes by `fanout`: find, and one for each other endpoint."""
    return 1 + len([name for name in asked.endpoints if name != FIND])


def uses_id_map(asked: Asked) -> bool:
    """Say whether a known id saves a request: `find` may be asked for its own sake."""
    return FIND not in asked.endpoints
