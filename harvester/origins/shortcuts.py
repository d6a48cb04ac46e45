"""How a run saves requests. It decides no record, and so is no part of a run's id."""

from dataclasses import dataclass, field

from harvester.model import RequestMode
from harvester.origins.known_ids import KnownIds


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """The request mode, the name of the id map that was given, and the ids that are known."""

    requests: RequestMode = "fanout"
    id_map: str | None = None
    known: KnownIds = field(default_factory=KnownIds)
