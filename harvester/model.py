"""The values that flow through the harvester, small and frozen: from a title to its records."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["movie", "series"]
"""The kind of a title, according to its CSV."""

MediaType = Literal["movie", "tv"]
"""The kind of a title, according to TMDB and in TMDB's terms."""

RequestMode = Literal["fanout", "append"]
"""`fanout` sends a request per endpoint; `append` requests details with the others appended."""

Format = Literal["array", "lines"]
"""Record files as a JSON array, or JSON Lines."""

OutcomeName = Literal["harvested", "unmatched", "failed"]

MEDIA_TYPE_OF: dict[Kind, MediaType] = {"movie": "movie", "series": "tv"}


@dataclass(frozen=True, slots=True)
class Title:
    """One distinct title to harvest: its canonical IMDb id and its kind according to the CSV."""

    imdb_id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Record:
    """One TMDB response for one title and endpoint; `body` is as received, byte for byte."""

    imdb_id: str
    tmdb_id: int | None
    media_type: MediaType | None
    endpoint: str
    language: str | None
    fetched_at: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one title; `reason` is None only when it was harvested."""

    outcome: OutcomeName
    media_type: MediaType | None = None
    tmdb_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TitleResult:
    """A title's outcome and its records: all of them, or none when it failed."""

    title: Title
    outcome: Outcome
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected row: its 1-based line in the uncompressed input, its start, and the reason."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What the plan records about one input.

    `name` is as given by the user (a key or a path); `bytes` and `sha256` are those of the input
    as stored, compressed if it is; `rows` counts data rows that are not blank; `distinct` counts
    ids after the genre filter, including ids of earlier inputs; `rejects` are the first five.
    """

    name: str
    kind: Kind
    bytes: int
    sha256: str
    rows: int
    distinct: int
    rejected: int
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The settings that determine a run's records, and therefore its id; speed settings do not.

    `host` is TMDB's host name, or `simulator`.
    """

    endpoints: tuple[str, ...]
    language: str | None
    genres: tuple[str, ...]
    limit: int | None
    format: Format
    host: str
