"""OMDb's tables of Trusted. An endpoint is a file here, and nothing else."""

from harvester.zones.trusted.endpoints import joined
from harvester.zones.trusted.endpoints.endpoint import OriginTables, declared_in

OMDB = OriginTables(
    "OMDb",
    joined.record(origin_id="string"),
    declared_in(__name__, __path__),
    joined.outcomes("OMDb"),
    joined.rejects(item=""),
)
