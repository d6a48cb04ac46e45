"""What flows through the harvester: small frozen values, from a title to its records.

Some of them are also stored. The annotated types say what a stored value may be: they are checked
where a document is read (`lake.documents`), and cost nothing elsewhere.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal, Protocol

from msgspec import Meta

DEFAULT_ORIGIN: Final = "TMDB"
"""What is harvested when no origin is named; `movie:278` and `tmdb_id` are its ids."""

Kind = Literal["movie", "series"]
"""What the input says a title is."""

MediaType = Literal["movie", "tv"]
"""What TMDB says a title is, in TMDB's own word."""

Only = Literal["due"]
"""Which of the inputs' titles a run takes: those that are new, changed, failed or too old."""

RequestMode = Literal["fanout", "append"]
"""`fanout` asks each endpoint by itself; `append` asks details with the others appended."""

Format = Literal["array", "lines"]
"""Record files as a JSON array, or JSON Lines."""

OutcomeName = Literal["harvested", "unmatched", "failed"]

Count = Annotated[int, Meta(ge=0, le=1_000_000_000_000_000)]
"""How many of something, or bytes: never negative, and exact in every JSON reader."""

MOST_STEPS: Final = 20_000
"""Steps of 10 s in which one unit's requests are counted: two days and more without a pause.

A unit has at most 1,300 requests, and each of them its step where requests are that slow.
"""

Sha256 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
TitleId = Annotated[str, Meta(pattern=r"\A(tt[0-9]{1,18}|(movie|tv):[1-9][0-9]{0,9})\Z")]

Reason = Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f]{1,300}\Z")]
"""Why a title was not harvested, on one line: `not_found`, `credits: http_500`."""

Moment = Annotated[str, Meta(pattern=r"\A2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}(:[0-9]{2}){2}Z\Z")]
"""UTC in whole seconds, as `clock.now` writes it."""

OriginId = Count | Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f]{1,200}\Z")]
"""An id at an origin other than TMDB, on one line."""

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


class Body(Protocol):
    """A response's body: bytes, or what gives them when asked, as a large one may lie in a file."""

    def __len__(self) -> int:
        """Return how many bytes it has."""

    def __bytes__(self) -> bytes:
        """Return them."""


@dataclass(frozen=True, slots=True)
class Record:
    """One response for one title and endpoint; `body` is the origin's, byte for byte.

    `folder` is below the origin's records in the lake; `envelope` is what precedes the body, up to
    and including `"response":`; a `}` closes it.
    """

    folder: str
    envelope: bytes
    body: Body


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one title; `reason` is None only when it was harvested.

    `fetched_at` is the time of the title's earliest response. `imdb_id` is the one that TMDB names
    for a title asked for by another id. `origin_id` is the id at an origin other than TMDB.
    """

    outcome: OutcomeName
    media_type: MediaType | None = None
    tmdb_id: Annotated[int, Meta(ge=1, lt=10**10)] | None = None
    reason: Reason | None = None
    fetched_at: Moment | None = None
    imdb_id: Annotated[str, Meta(pattern=r"\Att[0-9]{1,18}\Z")] | None = None
    origin_id: OriginId | None = None


@dataclass(frozen=True, slots=True)
class TitleResult:
    """A title's outcome and its records: all of them, or none when it failed."""

    title: Title
    outcome: Outcome
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected row: its 1-based line in the uncompressed input, its beginning, and why."""

    line: Count
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class InputFacts:
    """What the plan records of one input.

    `name` is the user's (a key, a path or a `tmdb:` input); `bytes` and `sha256` are of the input
    as stored, so compressed when it is; `rows` counts data rows that are not blank; `distinct`
    counts ids of rows that hold what is asked, those of earlier inputs included; `rejects` are the
    first five. A question has no rows: `answer` is what it was understood as, `distinct` counts
    titles found, `rejected` those that are out of reach.

    `shared` counts those of `distinct` that belong to another input, `filtered` the ids of which no
    row holds what is asked; None where an earlier version did not count them. All other rows repeat
    a title: `rows` = `distinct` + `filtered` + `rejected` + repeats.
    """

    name: str
    kind: Kind
    bytes: Count
    sha256: Sha256
    rows: Count
    distinct: Count
    rejected: Count
    rejects: tuple[Reject, ...] = ()
    answer: str | None = None
    shared: Count | None = None
    filtered: Count | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a run decides its records, and so its id; speed does not.

    `host` is the origin's, or `simulator`; `origin` is its name in the lake's paths. `where` are
    the conditions on rows, as `field=value` without case and accents; those on genres are `genres`.
    `only` what is due takes of the inputs' titles those that are; `max_age` is then in seconds.
    """

    endpoints: tuple[Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z")], ...]
    language: Annotated[str, Meta(pattern=r"\A[a-z]{2}(-[A-Z]{2})?\Z")] | None
    genres: tuple[str, ...]
    limit: Annotated[int, Meta(ge=1, lt=10**9)] | None
    format: Format
    host: Annotated[str, Meta(pattern=r"\A[^\x00-\x20\x7f-\x9f/?#@]{1,300}\Z")]
    origin: str = DEFAULT_ORIGIN
    where: tuple[str, ...] = ()
    only: Only | None = None
    max_age: Annotated[int, Meta(ge=1, lt=10**10)] | None = None
