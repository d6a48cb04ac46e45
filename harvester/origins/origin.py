"""What an API must give to be harvested: the Protocols of an origin and of a connection to it.

A new origin is a folder beside `tmdb/` and a line in `table`. Unit, plan, journal, verify, stores
and pages know no origin by name.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from harvester.lake.documents.plan import Plan
from harvester.model import (
    Asked,
    InputFacts,
    MediaType,
    Outcome,
    RequestMode,
    Title,
    TitleResult,
)
from harvester.origins.shortcuts import Shortcuts
from harvester.stores import Store
from harvester.upstream.credential import Credential
from harvester.upstream.tally import Tally

if TYPE_CHECKING:
    from harvester.upstream.pace import Pace

Fetch = Callable[[Title, Tally], Awaitable[TitleResult]]
"""Everything asked for of one title: all of it, or an outcome that says why not.

Raises only what ends a run: `TokenRefused`, `UpstreamDown`, `QuotaUsedUp`.
"""


@dataclass(frozen=True, slots=True)
class Access:
    """How an origin is reached: None as `base_url` means the embedded simulator.

    `rate` is in requests a second; with `auto` it is the most that is tried. An origin may be
    slower, never faster. `quota` is in requests a UTC day, for an origin that has one.
    `exports_url` is where files of all ids are, None where they are beside the origin.
    """

    base_url: str | None
    credential: Credential = field(default_factory=Credential)
    rate: float = 40.0
    auto: bool = False
    concurrency: int = 20
    quota: int = 1_000
    exports_url: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found: the facts for the plan, and packed ids in order.

    `shown` are the first titles as a person names them.
    """

    facts: InputFacts
    numbers: Sequence[int]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """The titles of one media type that changed on a UTC day, by the origin's own ids, ascending.

    A title is due by it when it was fetched before `settled_at`: until then it may have been
    answered out of a cache that lacked the change. `lost` counts changed titles that could not be
    listed, and `complete` says that there are none.
    """

    day: date
    settled_at: datetime
    ids: Sequence[int]
    complete: bool = True
    lost: int = 0


class Evidence(Protocol):
    """Keeps what answered a question, until there is a run to keep it in."""

    def body(self, request: str, body: bytes) -> None:
        """Keep a body, and the path with its query that it answered."""

    def folder(self) -> Path:
        """Return a folder of this machine for files, which is removed in the end."""

    def file(self, key: str, path: Path, sha256: str) -> None:
        """Keep a file under a key of the lake."""


class Connection(Protocol):
    """An origin, connected, for one run. What only some origins can is below."""

    @property
    def pace(self) -> "Pace":
        """When its requests may start."""

    @property
    def is_probing(self) -> bool:
        """Whether the origin may be down, and is being asked whether it is."""

    async def check(self) -> bool:
        """Find out whether the origin answers and takes the credential.

        Returns whether its answers are synthetic. Raises `TokenRefused`, `UpstreamDown`.
        """

    def fetcher(self, plan: Plan, shortcuts: Shortcuts) -> Fetch:
        """Return what fetches a title of this plan."""


@runtime_checkable
class Preparing(Protocol):
    """A connection with something to do before the first unit, such as reading an index.

    A run's workers do it each, after the step that planned the run: what it keeps in the lake, they
    need not ask for. It is cancelled when the run is to stop.
    """

    async def before_units(self, store: Store, plan: Plan) -> None:
        """Do it, once a run is planned. Raises `DocumentError`, and what `Fetch` raises."""


@runtime_checkable
class Rationed(Protocol):
    """A connection that may be used only so much a day."""

    async def may_start(self, store: Store, plan: Plan, unit: int) -> bool:
        """Say whether this unit may start now; if not, the run stops with the reason `quota`."""


@runtime_checkable
class Changing(Protocol):
    """A connection that knows which titles changed on a UTC day, once that day is settled."""

    async def days_to_ask(
        self, store: Store, media_type: MediaType, since: datetime, now: datetime
    ) -> Sequence[date]:
        """Return the days of `changes` that no list in the lake answers. Nothing is asked."""

    def changes(
        self,
        store: Store,
        media_type: MediaType,
        since: datetime,
        now: datetime,
        tally: Tally,
        *,
        dry: bool = False,
    ) -> AsyncIterator[ChangedDay]:
        """Yield each day that settled after `since` and is settled `now`, the oldest first.

        A day is asked only where the lake has no list of it; its list is kept there, unless `dry`.
        Both moments have a zone. Raises `DocumentError` for a damaged list, `UpstreamDown` for one
        that does not come whole, of which nothing is kept, and what `Fetch` raises.
        """


@runtime_checkable
class Answering(Protocol):
    """A connection that finds titles by a question, such as a name."""

    async def answer(
        self,
        question: str,
        language: str | None,
        store: Store,
        tally: Tally,
        evidence: Evidence,
    ) -> Found:
        """Return the titles that a question names; `evidence` gets all that answered it.

        The store is only read.

        Raises `InputError`, and what `Fetch` raises.
        """


class Origin(Protocol):
    """An API, not connected: its name, its endpoints, and what its records are."""

    @property
    def name(self) -> str:
        """Its name in the lake's paths."""

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The names of its endpoints, in the order in which a run asks for them."""

    @property
    def default_endpoints(self) -> tuple[str, ...]:
        """The endpoints that are harvested when none are named."""

    @property
    def default_rate(self) -> float:
        """The requests a second that it takes without complaint."""

    @property
    def most_rate(self) -> float | None:
        """The most requests a second that it is ever asked, whatever the user says; None: any."""

    @property
    def base_url(self) -> str:
        """Where it is, unless the user names another address."""

    @property
    def base_url_variable(self) -> str:
        """The environment variable that names another address."""

    @property
    def token_variables(self) -> tuple[str, ...]:
        """The environment variables that may hold its token; none where it needs none."""

    @property
    def token_name(self) -> str:
        """What it calls the token of the first of these, such as `API key`; empty without one."""

    @property
    def token_url(self) -> str:
        """Where one gets a token; empty where none is needed."""

    @property
    def joins_on_imdb_id(self) -> bool:
        """Whether it knows titles by IMDb id alone: see `Shortcuts.imdb_ids`."""

    @property
    def most_voted_first(self) -> bool:
        """Whether a plan has the titles with the most votes first, where its inputs tell them."""

    @property
    def auto_rate(self) -> bool:
        """Whether the rate that it takes can be found by asking faster, as it then says so."""

    @property
    def languages(self) -> bool:
        """Whether its answers can be had in several languages."""

    @property
    def request_modes(self) -> tuple[RequestMode, ...]:
        """The ways of requesting a title's endpoints that it has."""

    @property
    def answers_questions(self) -> bool:
        """Whether its connection is `Answering`."""

    @property
    def keep_days(self) -> int | None:
        """The days after which its terms forbid to keep its data; None where they do not."""

    @property
    def attribution(self) -> str:
        """One sentence with its licence, shown on pages that show its data."""

    @property
    def terms_url(self) -> str:
        """Where its terms are."""

    def credential(self, variable: str, token: str) -> Credential:
        """Return what authenticates a request, out of one of the token variables."""

    def connect(self, access: Access, tally: Tally) -> AbstractAsyncContextManager[Connection]:
        """Connect for one run; nothing is sent before the first request."""

    def requests_a_title(self, asked: Asked, mode: RequestMode) -> int:
        """Return the most requests a title takes when all goes well."""

    def requests_of(self, plan: Plan, mode: RequestMode, known: int) -> int:
        """Return about how many requests all titles of a plan take.

        `known` titles need not be looked up. What fails or has no match may take more.
        """

    def folders(self, asked: Asked) -> list[str]:
        """Return every folder, below its records, that a run's record files can be in."""

    def expected(self, asked: Asked, title: Title, outcome: Outcome) -> Mapping[str, str]:
        """Return the records a title must have: folder by endpoint."""

    def envelope(self, plan: Plan) -> tuple[str, ...]:
        """Return the keys of a record of this plan, in order."""

    def misfit(self, record: Mapping[str, Any], title: Title, outcome: Outcome) -> str | None:
        """Return what in a record contradicts its title's outcome, or None."""
