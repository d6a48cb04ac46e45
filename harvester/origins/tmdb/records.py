"""TMDB's records: their envelope and their folders."""

from typing import Final

from harvester.model import Body, MediaType, Record, Title
from harvester.origins.tmdb.endpoints import FIND

ENVELOPE: Final = (
    "id",
    "imdb_id",
    "tmdb_id",
    "media_type",
    "endpoint",
    "language",
    "fetched_at",
    "response",
)
"""The keys of a record, in order. Records of plans of version 1 have no `id`."""

FOLDER_OF: Final[dict[MediaType, str]] = {"movie": "Movies", "tv": "Series"}


def folder(endpoint: str, media_type: MediaType | None) -> str:
    """Return the folder below `Raw/TMDB/JSON/` whose files hold this endpoint's records."""
    if endpoint == FIND:
        return "Find"
    if media_type is None:
        raise ValueError(f"{endpoint} records need a media type")
    return f"{FOLDER_OF[media_type]}/{endpoint}"


def record(
    title: Title,
    *,
    imdb_id: str | None,
    tmdb_id: int | None,
    media_type: MediaType | None,
    endpoint: str,
    language: str | None,
    fetched_at: str,
    body: Body,
    version: int,
) -> Record:
    """Return a record of a plan of this version.

    Every value is safe to write as it is: ids, names and times of ours, and a language that
    `settings` checked.
    """
    own = f'"id":"{title.id}",' if version > 1 else ""
    named = "null" if imdb_id is None else f'"{imdb_id}"'
    number = "null" if tmdb_id is None else str(tmdb_id)
    kind = "null" if media_type is None else f'"{media_type}"'
    asked_in = "null" if language is None else f'"{language}"'
    envelope = (
        f'{{{own}"imdb_id":{named},"tmdb_id":{number},"media_type":{kind},'
        f'"endpoint":"{endpoint}","language":{asked_in},'
        f'"fetched_at":"{fetched_at}","response":'
    )
    return Record(folder(endpoint, media_type), envelope.encode(), body)
