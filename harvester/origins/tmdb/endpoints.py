"""The TMDB methods the harvester knows: a table, one line an endpoint.

Paths and which methods take `language` are those of TMDB's OpenAPI document
(https://developer.themoviedb.org/openapi/tmdb-api.json). Only unpaged methods stand here: one
response is one record.
"""

from dataclasses import dataclass

from harvester.model import MediaType


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One TMDB method; a path of None means it does not exist for that media type.

    `localised` says whether TMDB's method takes `language`.
    """

    name: str
    movie: str | None
    tv: str | None
    localised: bool

    def path(self, media_type: MediaType, tmdb_id: int) -> str | None:
        """Return the path below TMDB's base URL, or None when the media type lacks the method."""
        template = self.movie if media_type == "movie" else self.tv
        return None if template is None else template.format(id=tmdb_id)


TMDB_BASE_URL = "https://api.themoviedb.org/3"

DETAILS = "details"
"""The one method that others can be appended to."""

EXTERNAL_IDS = "external_ids"
"""The method that names a series' IMDb id; a movie's details do."""

NAMING_IMDB_ID = frozenset({DETAILS, EXTERNAL_IDS})
"""The endpoints whose answers name the IMDb id of the title that they are about."""

FIND = "find"
"""`/find/{imdb_id}` tells the media type and the id that the others need."""

ENDPOINTS: dict[str, Endpoint] = {
    endpoint.name: endpoint
    for endpoint in (
        Endpoint(DETAILS, "movie/{id}", "tv/{id}", localised=True),
        Endpoint("credits", "movie/{id}/credits", "tv/{id}/credits", localised=True),
        Endpoint("keywords", "movie/{id}/keywords", "tv/{id}/keywords", localised=False),
        Endpoint(EXTERNAL_IDS, "movie/{id}/external_ids", "tv/{id}/external_ids", localised=False),
        Endpoint("aggregate_credits", None, "tv/{id}/aggregate_credits", localised=True),
        Endpoint(
            "watch_providers",
            "movie/{id}/watch/providers",
            "tv/{id}/watch/providers",
            localised=False,
        ),
        Endpoint("release_dates", "movie/{id}/release_dates", None, localised=False),
        Endpoint("content_ratings", None, "tv/{id}/content_ratings", localised=False),
        Endpoint(
            "alternative_titles",
            "movie/{id}/alternative_titles",
            "tv/{id}/alternative_titles",
            localised=False,
        ),
        Endpoint(
            "translations", "movie/{id}/translations", "tv/{id}/translations", localised=False
        ),
        Endpoint("videos", "movie/{id}/videos", "tv/{id}/videos", localised=True),
        Endpoint("images", "movie/{id}/images", "tv/{id}/images", localised=True),
    )
}

NAMES: tuple[str, ...] = (FIND, *ENDPOINTS)
DEFAULT: tuple[str, ...] = (FIND, "details", "credits", "keywords")
