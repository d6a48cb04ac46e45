"""What flows through the harvester: small frozen values, from a title to its records."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["movie", "series"]
"""What the CSV says a title is."""

MediaType = Literal["movie", "tv"]
"""What TMDB says a title is, in TMDB's own word."""

RequestMode = Literal["fanout", "append"]
"""`fanout` asks each endpoint by itself; `append` asks details with the others appended."""

Format = Literal["array", "lines"]
"""Record files as a JSON array, or JSON Lines."""

OutcomeName = Literal["harvested", "unmatched", "failed"]

MEDIA_TYPE_OF: dict[Kind, MediaType] = {"movie": "movie", "series": "tv"}


@dataclass(frozen=True, slots=True)
class Title:
    """One distinct title asked for: its canonical IMDb id and the kind its CSV gave it."""

    imdb_id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Record:
    """One TMDB response for one title and endpoint; `body` is TMDB's, byte for byte."""

    imdb_id: str
    tmdb_id: int | None
    media_type: MediaType | None
    endpoint: str
    language: str | None
    fetched_at: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a title; `reason` is None only when it was harvested."""

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
    """One row not taken: its 1-based line in the uncompressed input, its beginning, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What the plan remembers of one input.

    `name` is the user's (a key or a path); `bytes` and `sha256` are of the input as stored, so
    compressed when it is; `rows` counts data rows that are not blank; `distinct` counts ids after
    the genre filter, those of earlier inputs included; `rejects` are the first five.
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
    """What of a run decides its records, and so its id; speed does not.

    `host` is TMDB's, or `simulator`.
    """

    endpoints: tuple[str, ...]
    language: str | None
    genres: tuple[str, ...]
    limit: int | None
    format: Format
    host: str
