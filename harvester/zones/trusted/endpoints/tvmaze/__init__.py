"""TVmaze's tables of Trusted. An endpoint is a file here, and nothing else.

What a body holds: https://www.tvmaze.com/api
"""

from harvester.zones.trusted.endpoints import joined
from harvester.zones.trusted.endpoints.endpoint import OriginTables, declared_in

TVMAZE = OriginTables(
    "TVmaze",
    joined.record(origin_id="int64"),
    declared_in(__name__, __path__),
    joined.outcomes("TVmaze"),
    joined.rejects(item=", or `item`: one episode or role of it"),
)
