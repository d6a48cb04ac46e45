"""The origins there are, by their name in the lake's paths."""

from harvester.origins.omdb.origin import OmdbOrigin
from harvester.origins.origin import Origin
from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.origins.tvmaze.origin import TvmazeOrigin

ORIGINS: dict[str, Origin] = {
    origin.name: origin
    for origin in (
        TmdbOrigin(),
        OmdbOrigin(),
        TvmazeOrigin(),
    )
}
