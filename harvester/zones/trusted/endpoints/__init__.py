"""Which endpoints of which origins have tables in Trusted."""

from harvester.zones.trusted.endpoints.endpoint import OriginTables
from harvester.zones.trusted.endpoints.omdb import OMDB
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.endpoints.tvmaze import TVMAZE

__all__ = ["ORIGIN_TABLES"]

ORIGIN_TABLES: dict[str, OriginTables] = {one.origin: one for one in (TMDB, OMDB, TVMAZE)}
"""By the origin's name in the lake's paths; records of another stay in Raw."""
