"""What flows through the harvester: small frozen values, from a title to its records."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["movie", "series"]
"""What the input says a title is."""

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
    """One distinct title asked for, by its id, and the kind its input gave it.

    `id` is IMDb's (`tt0111161`) or TMDB's own (`movie:278`, `tv:1399`). `why` is the reason to ask
    for it, where its input has one to give.
    """

    id: str
    kind: Kind
    why: str | None = None

    @property
    def imdb_id(self) -> str | None:
        """The id, if it is IMDb's."""
        return self.id if self.id.startswith("tt") and ":" not in self.id else None


@dataclass(frozen=True, slots=True)
class Record:
    """One response for one title and endpoint; `body` is the origin's, byte for byte.

    `folder` is below the origin's records in the lake; `envelope` is what precedes the body, up to
    and including `"response":`; a `}` closes it.
    """

    folder: str
    envelope: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one title; `reason` is None only when it was harvested.

    `fetched_at` is the time of the title's earliest response. `imdb_id` is the one that TMDB names
    for a title asked for by another id. `origin_id` is the id at an origin other than TMDB.
    """

    outcome: OutcomeName
    media_type: MediaType | None = None
    tmdb_id: int | None = None
    reason: str | None = None
    fetched_at: str | None = None
    imdb_id: str | None = None
    origin_id: int | str | None = None


@dataclass(frozen=True, slots=True)
class TitleResult:
    """A title's outcome and its records: all of them, or none when it failed."""

    title: Title
    outcome: Outcome
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected row: its 1-based line in the uncompressed input, its beginning, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What the plan records of one input.

    `name` is the user's (a key, a path or a `tmdb:` input); `bytes` and `sha256` are of the input
    as stored, so compressed when it is; `rows` counts data rows that are not blank; `distinct`
    counts ids after the genre filter, those of earlier inputs included; `rejects` are the first
    five.
    """

    name: str
    kind: Kind
    bytes: int
    sha256: str
    rows: int
    distinct: int
    rejected: int
    rejects: tuple[Reject, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a run decides its records, and so its id; speed does not.

    `host` is the origin's, or `simulator`; `origin` is its name in the lake's paths.
    """

    endpoints: tuple[str, ...]
    language: str | None
    genres: tuple[str, ...]
    limit: int | None
    format: Format
    host: str
    origin: str = "TMDB"
