"""TVmaze as an origin: what a run needs to know of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from harvester.lake.documents.plan import Plan
from harvester.model import Asked, Outcome, RequestMode, Title
from harvester.origins.joined_records import ENVELOPE, misfit_of_envelope
from harvester.origins.origin import Access, Connection
from harvester.origins.tvmaze.endpoints import (
    DEFAULT,
    ENDPOINTS,
    NAMES,
    ORIGIN,
    SHOW,
    SPAN_SECONDS,
    TVMAZE_BASE_URL,
)
from harvester.origins.tvmaze.facts import show_facts
from harvester.origins.tvmaze.index.choice import INDEX_REQUESTS, takes_index
from harvester.upstream.credential import Credential
from harvester.upstream.tally import Tally


@dataclass(frozen=True, slots=True)
class TvmazeOrigin:
    """TVmaze: https://www.tvmaze.com/api. `most_in_10_s` requests start in any 10 seconds."""

    name: str = ORIGIN
    endpoints: tuple[str, ...] = NAMES
    default_endpoints: tuple[str, ...] = DEFAULT
    default_rate: float = 2.0
    base_url: str = TVMAZE_BASE_URL
    base_url_variable: str = "TVMAZE_BASE_URL"
    token_variables: tuple[str, ...] = ()
    token_name: str = ""
    token_url: str = ""
    joins_on_imdb_id: bool = True
    most_voted_first: bool = False
    auto_rate: bool = False
    languages: bool = False
    request_modes: tuple[RequestMode, ...] = ("fanout",)
    answers_questions: bool = False
    keep_days: int | None = None
    attribution: str = (
        "Data on series from TVmaze (https://www.tvmaze.com), licensed under CC BY-SA 4.0 "
        "(https://creativecommons.org/licenses/by-sa/4.0/)."
    )
    terms_url: str = "https://www.tvmaze.com/api#licensing"
    most_in_10_s: int = 20

    @property
    def most_rate(self) -> float:
        """What that is a second, of all workers of a run together."""
        return self.most_in_10_s / SPAN_SECONDS

    def credential(self, _variable: str, _token: str) -> Credential:
        """Return nothing: TVmaze needs no credential."""
        return Credential()

    @asynccontextmanager
    async def connect(self, access: Access, tally: Tally) -> AsyncIterator[Connection]:
        """Connect to TVmaze, or to a simulator that lives as long as the connection."""
        # Whoever only reads a lake need not wait for aiohttp.
        from harvester.origins.tvmaze.connect import open_connection  # noqa: PLC0415

        base_url = access.base_url
        async with AsyncExitStack() as stack:
            if base_url is None:
                from harvester.simulator import SimulatorOptions, simulate  # noqa: PLC0415 - rare

                simulator = await stack.enter_async_context(simulate(SimulatorOptions()))
                base_url = simulator.tvmaze_url
            yield await stack.enter_async_context(
                open_connection(base_url, access, tally, self.most_in_10_s)
            )

    def requests_a_title(self, asked: Asked, _mode: RequestMode) -> int:
        """Return the most requests a title takes: a lookup, and one for each endpoint."""
        return 1 + len(asked.endpoints)

    def requests_of(self, plan: Plan, _mode: RequestMode, _known: int) -> int:
        """Return about how many requests all titles of a plan take: of movies, none."""
        read = sum(facts.distinct for facts in plan.inputs)
        if not read:
            return 0
        series = sum(facts.distinct for facts in plan.inputs if facts.kind == "series")
        series = round(series * plan.titles / read)
        names = set(plan.asked.endpoints)
        if takes_index(series, plan.asked):
            return INDEX_REQUESTS + series * len(names - {SHOW})
        return series * (1 + len(names))

    def folders(self, asked: Asked) -> list[str]:
        """Return the folder of each endpoint."""
        return sorted(ENDPOINTS[name].folder for name in asked.endpoints)

    def expected(self, asked: Asked, _title: Title, outcome: Outcome) -> Mapping[str, str]:
        """Return what a title must have: a record of each endpoint if it was harvested."""
        if outcome.outcome != "harvested":
            return {}
        return {name: ENDPOINTS[name].folder for name in asked.endpoints}

    def envelope(self, _plan: Plan) -> tuple[str, ...]:
        """Return the keys of a record."""
        return ENVELOPE

    def misfit(self, record: Mapping[str, Any], title: Title, outcome: Outcome) -> str | None:
        """Return what in a record contradicts its title's outcome, or None."""
        if (found := misfit_of_envelope(record, self.name, title, outcome)) is not None:
            return found
        response = record["response"]
        if ENDPOINTS[record["endpoint"]].is_array:
            return None if isinstance(response, list) else "has a response that is no array"
        if not isinstance(response, dict):
            return "has a response that is no object"
        return None if response.get("id") == outcome.origin_id else "has another title's response"

    def describe(self, responses: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the main facts out of show, episodes and cast."""
        return show_facts(responses)
