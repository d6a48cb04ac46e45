"""Records of origins that know titles by IMDb id: one envelope, and what it must agree with."""

from collections.abc import Mapping
from typing import Any, Final

from harvester.model import Body, Outcome, Record, Title

ENVELOPE: Final = ("id", "imdb_id", "origin", "origin_id", "endpoint", "fetched_at", "response")
"""The keys of a record, in order."""


def joined_record(
    title: Title,
    *,
    imdb_id: str,
    origin: str,
    origin_id: int | str,
    endpoint: str,
    folder: str,
    fetched_at: str,
    body: Body,
) -> Record:
    """Return a record. Every value is safe to write as it is: ids, names and times of ours."""
    own = origin_id if isinstance(origin_id, int) else f'"{origin_id}"'
    envelope = (
        f'{{"id":"{title.id}","imdb_id":"{imdb_id}","origin":"{origin}","origin_id":{own},'
        f'"endpoint":"{endpoint}","fetched_at":"{fetched_at}","response":'
    )
    return Record(folder, envelope.encode(), body)


def misfit_of_envelope(
    record: Mapping[str, Any], origin: str, title: Title, outcome: Outcome
) -> str | None:
    """Return what in an envelope contradicts its title's outcome, or None."""
    if record["origin"] != origin:
        return "is a record of another origin"
    if outcome.origin_id is None or record["origin_id"] != outcome.origin_id:
        return "has another id than its outcome"
    if record["imdb_id"] != (title.imdb_id or outcome.imdb_id):
        return "has another IMDb id than its outcome"
    return None
