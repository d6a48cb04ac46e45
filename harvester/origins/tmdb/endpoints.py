"""The TMDB methods that the harvester supports: a table with one entry per endpoint.

The paths, and which methods accept `language`, are from TMDB's OpenAPI document
(https://developer.themoviedb.org/openapi/tmdb-api.json). Only methods without paging are listed:
one response is one record.
"""

from dataclasses import dataclass

from harvester.lake.keys import FIND, structure
from harvester.model import MediaType


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One TMDB method; a path of None means it does not exist for that media type.

    `localised` is True if TMDB's method accepts `language`.
    """

    name: str
    movie: str | None
    tv: str | None
    localised: bool

    def path(self, media_type: MediaType, tmdb_id: int) -> str | None:
        """Return the path relative to TMDB's base URL, or None if the media type has none."""
        template = self.movie if media_type == "movie" else self.tv
        return None if template is None else template.format(id=tmdb_id)


DETAILS = "details"
"""The only method to which others can be appended."""

ENDPOINTS: dict[str, Endpoint] = {
    endpoint.name: endpoint
    for endpoint in (
        Endpoint(DETAILS, "movie/{id}", "tv/{id}", localised=True),
        Endpoint("credits", "movie/{id}/credits", "tv/{id}/credits", localised=True),
        Endpoint("keywords", "movie/{id}/keywords", "tv/{id}/keywords", localised=False),
        Endpoint(
            "external_ids", "movie/{id}/external_ids", "tv/{id}/external_ids", localised=False
        ),
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


def structures(endpoints: tuple[str, ...]) -> list[str]:
    """Return every folder that can contain records of these endpoints."""
    media_types: tuple[MediaType, ...] = ("movie", "tv")
    found = {
        structure(name, media_type)
        for name in endpoints
        for media_type in media_types
        if name == FIND or ENDPOINTS[name].path(media_type, 1) is not None
    }
    return sorted(found)
