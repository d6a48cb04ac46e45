"""OMDb as an origin: what a run needs to know of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from harvester.lake.documents.plan import Plan
from harvester.model import Asked, Outcome, RequestMode, Title
from harvester.origins.joined_records import ENVELOPE, misfit_of_envelope
from harvester.origins.omdb.endpoints import (
    FOLDER,
    KEY_URL,
    KEY_VARIABLE,
    OMDB_BASE_URL,
    ORIGIN,
    TITLE,
)
from harvester.origins.omdb.facts import omdb_facts
from harvester.origins.origin import Access, Connection
from harvester.upstream.credential import Credential
from harvester.upstream.tally import Tally


@dataclass(frozen=True, slots=True)
class OmdbOrigin:
    """The Open Movie Database: https://www.omdbapi.com. No burst limit is published."""

    name: str = ORIGIN
    endpoints: tuple[str, ...] = (TITLE,)
    default_endpoints: tuple[str, ...] = (TITLE,)
    default_rate: float = 10.0
    most_rate: float | None = None
    base_url: str = OMDB_BASE_URL
    base_url_variable: str = "OMDB_BASE_URL"
    token_variables: tuple[str, ...] = (KEY_VARIABLE,)
    token_name: str = "API key"  # noqa: S105 - what it is called
    token_url: str = KEY_URL
    joins_on_imdb_id: bool = True
    most_voted_first: bool = True
    auto_rate: bool = False
    languages: bool = False
    request_modes: tuple[RequestMode, ...] = ("fanout",)
    answers_questions: bool = False
    keep_days: int | None = None
    attribution: str = (
        "Ratings, awards and box office from OMDb (https://www.omdbapi.com), licensed under "
        "CC BY-NC 4.0 (https://creativecommons.org/licenses/by-nc/4.0/)."
    )
    terms_url: str = "https://www.omdbapi.com/legal.htm"

    def credential(self, _variable: str, token: str) -> Credential:
        """Return the key in the query: OMDb takes it nowhere else."""
        return Credential(params={"apikey": token})

    @asynccontextmanager
    async def connect(self, access: Access, tally: Tally) -> AsyncIterator[Connection]:
        """Connect to OMDb, or to a simulator that lives as long as the connection."""
        # Whoever only reads a lake need not wait for aiohttp.
        from harvester.origins.omdb.api import OMDB  # noqa: PLC0415
        from harvester.origins.omdb.connection import OmdbConnection  # noqa: PLC0415
        from harvester.origins.omdb.pace import RationedPace  # noqa: PLC0415
        from harvester.origins.omdb.quota import Ration  # noqa: PLC0415
        from harvester.upstream.connect import open_client  # noqa: PLC0415

        base_url, credential = access.base_url, access.credential
        async with AsyncExitStack() as stack:
            if base_url is None:
                from harvester.simulator import SimulatorOptions, simulate  # noqa: PLC0415 - rare

                simulator = await stack.enter_async_context(simulate(SimulatorOptions()))
                base_url = simulator.omdb_url
                credential = self.credential(KEY_VARIABLE, "simulated")
            ration = Ration(access.quota)
            client = await stack.enter_async_context(
                open_client(
                    OMDB,
                    base_url,
                    credential,
                    pace=RationedPace(access.rate, ration),
                    concurrency=access.concurrency,
                    tally=tally,
                )
            )
            yield OmdbConnection(client, base_url.rstrip("/"), ration)

    def requests_a_title(self, _asked: Asked, _mode: RequestMode) -> int:
        """Return the most requests a title takes: one."""
        return 1

    def requests_of(self, plan: Plan, _mode: RequestMode, _known: int) -> int:
        """Return about how many requests all titles of a plan take."""
        return plan.titles

    def folders(self, _asked: Asked) -> list[str]:
        """Return the one folder of its records."""
        return [FOLDER]

    def expected(self, asked: Asked, _title: Title, outcome: Outcome) -> Mapping[str, str]:
        """Return what a title must have: its record if it was harvested."""
        if outcome.outcome != "harvested":
            return {}
        return dict.fromkeys(asked.endpoints, FOLDER)

    def envelope(self, _plan: Plan) -> tuple[str, ...]:
        """Return the keys of a record."""
        return ENVELOPE

    def misfit(self, record: Mapping[str, Any], title: Title, outcome: Outcome) -> str | None:
        """Return what in a record contradicts its title's outcome, or None."""
        if (found := misfit_of_envelope(record, self.name, title, outcome)) is not None:
            return found
        response = record["response"]
        if not isinstance(response, dict):
            return "has a response that is no object"
        same = response.get("imdbID") == outcome.origin_id
        return None if same else "has another title's response"

    def describe(self, responses: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the main facts out of OMDb's answer."""
        return omdb_facts(responses)
