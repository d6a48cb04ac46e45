"""How a run saves requests. It decides no record, and so is no part of a run's id."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harvester.model import RequestMode
from harvester.origins.known_ids import KnownIds


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """The request mode, the ids that are known, and the name of the id map that was given.

    `mapped` counts the titles that the id map knows; the others that are known are the lake's.
    `imdb_ids` are the IMDb ids of titles asked for by another id, for an origin that joins on them.
    """

    requests: RequestMode = "fanout"
    id_map: str | None = None
    known: KnownIds = field(default_factory=KnownIds)
    mapped: int = 0
    imdb_ids: Mapping[str, str] = field(default_factory=dict)
