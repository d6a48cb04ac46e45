"""The origins there are, by their name in the lake's paths."""

from harvester.origins.origin import Origin
from harvester.origins.tmdb.origin import TmdbOrigin

ORIGINS: dict[str, Origin] = {origin.name: origin for origin in (TmdbOrigin(),)}
