"""TMDB's tables of Trusted. An endpoint is a file here, and nothing else.

A table's `source` is the key of the body that it is read from. New keys are left alone, missing
ones are null.
"""

from harvester.zones.trusted.endpoints.endpoint import OriginTables, declared_in
from harvester.zones.trusted.endpoints.tmdb.envelope import RECORD
from harvester.zones.trusted.endpoints.tmdb.outcomes import OUTCOMES, REJECTS

TMDB = OriginTables("TMDB", RECORD, declared_in(__name__, __path__), OUTCOMES, REJECTS)
