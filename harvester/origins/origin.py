"""What an API must give to be harvested: the Protocols of an origin and of a connection to it.

A new origin is a folder beside `tmdb/` and a line in `table`. Unit, plan, journal, verify, stores
and pages know no origin by name.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, runtime_checkable

from harvester.lake.documents.plan import Plan
from harvester.model import Asked, InputFacts, Kind, Outcome, RequestMode, Title, TitleResult
from harvester.origins.shortcuts import Shortcuts
from harvester.stores import Store
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace
from harvester.upstream.tally import Tally

Fetch = Callable[[Title, Tally], Awaitable[TitleResult]]
"""Everything asked for of one title: all of it, or an outcome that says why not.

Raises only what ends a run: `TokenRefused`, `UpstreamDown`.
"""


@dataclass(frozen=True, slots=True)
class Access:
    """How an origin is reached: None as `base_url` means the embedded simulator.

    `rate` is in requests a second; with `auto` it is the most that is tried.
    """

    base_url: str | None
    credential: Credential = field(default_factory=Credential)
    rate: float = 40.0
    auto: bool = False
    concurrency: int = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found: the facts for the plan, and packed ids in order, by kind."""

    facts: InputFacts
    numbers: list[int]


class Connection(Protocol):
    """An origin, connected, for one run. What only some origins can is below."""

    @property
    def pace(self) -> Pace:
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
    """A connection with something to do before the first unit, such as reading an index."""

    async def before_units(self, store: Store, plan: Plan) -> None:
        """Do it, once a run is planned. Raises what `Fetch` raises."""


@runtime_checkable
class Rationed(Protocol):
    """A connection that may be used only so much a day."""

    async def may_start(self, store: Store, plan: Plan, unit: int) -> bool:
        """Say whether this unit may start now; if not, the run stops with the reason `quota`."""


@runtime_checkable
class Changing(Protocol):
    """A connection that knows what changed on a day."""

    async def changes(self, kind: Kind, day: date) -> Sequence[int]:
        """Return the packed ids of the titles of a kind that changed on a UTC day."""


@runtime_checkable
class Answering(Protocol):
    """A connection that finds titles by a question, such as a name."""

    async def answer(self, question: str) -> Found:
        """Return the titles that a question names. Raises `InputError`."""


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
    def base_url(self) -> str:
        """Where it is, unless the user names another address."""

    def connect(self, access: Access, tally: Tally) -> AbstractAsyncContextManager[Connection]:
        """Connect for one run; nothing is sent before the first request."""

    def requests_a_title(self, asked: Asked, mode: RequestMode) -> int:
        """Return the most requests a title takes when all goes well."""

    def folders(self, asked: Asked) -> list[str]:
        """Return every folder, below its records, that a run's record files can be in."""

    def expected(self, asked: Asked, title: Title, outcome: Outcome) -> Mapping[str, str]:
        """Return the records a title must have: folder by endpoint."""

    def envelope(self, plan: Plan) -> tuple[str, ...]:
        """Return the keys of a record of this plan, in order."""

    def misfit(self, record: Mapping[str, Any], title: Title, outcome: Outcome) -> str | None:
        """Return what in a record contradicts its title's outcome, or None."""
