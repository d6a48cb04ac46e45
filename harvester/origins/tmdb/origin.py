"""TMDB as an origin: what a run needs to know of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import tmdb_id_of
from harvester.model import MEDIA_TYPE_OF, Asked, MediaType, Outcome, RequestMode, Title
from harvester.origins.origin import Access, Connection
from harvester.origins.tmdb.endpoints import (
    DEFAULT,
    DETAILS,
    ENDPOINTS,
    EXTERNAL_IDS,
    FIND,
    NAMES,
    NAMING_IMDB_ID,
    TMDB_BASE_URL,
)
from harvester.origins.tmdb.facts import title_facts
from harvester.origins.tmdb.questions.question import SCHEME
from harvester.origins.tmdb.records import ENVELOPE, folder
from harvester.upstream.credential import Credential
from harvester.upstream.tally import Tally

TOKEN, API_KEY = "TMDB_TOKEN", "TMDB_API_KEY"


@dataclass(frozen=True, slots=True)
class TmdbOrigin:
    """The Movie Database: https://developer.themoviedb.org/reference."""

    name: str = "TMDB"
    endpoints: tuple[str, ...] = NAMES
    default_endpoints: tuple[str, ...] = DEFAULT
    default_rate: float = 40.0
    most_rate: float | None = None
    base_url: str = TMDB_BASE_URL
    base_url_variable: str = "TMDB_BASE_URL"
    token_variables: tuple[str, ...] = (TOKEN, API_KEY)
    token_name: str = "API Read Access Token"  # noqa: S105 - what it is called
    token_url: str = "https://www.themoviedb.org/settings/api"  # noqa: S105 - an address
    joins_on_imdb_id: bool = False
    most_voted_first: bool = False
    auto_rate: bool = True
    languages: bool = True
    request_modes: tuple[RequestMode, ...] = ("fanout", "append")
    answers_questions: bool = True
    keep_days: int | None = 180  # six months: https://www.themoviedb.org/api-terms-of-use
    attribution: str = (
        "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise "
        "approved by TMDB."
    )
    terms_url: str = "https://www.themoviedb.org/api-terms-of-use"
    lookup: str = FIND

    def credential(self, variable: str, token: str) -> Credential:
        """Return a v4 read token in the Authorization header, a v3 key in the query."""
        if variable == TOKEN:
            return Credential(headers={"Authorization": f"Bearer {token}"})
        return Credential(params={"api_key": token})

    def notices_moved_ids(self, asked: Asked) -> bool:
        """Say whether an endpoint's answer names the IMDb id of the title that it is about."""
        return not NAMING_IMDB_ID.isdisjoint(asked.endpoints)

    @asynccontextmanager
    async def connect(self, access: Access, tally: Tally) -> AsyncIterator[Connection]:
        """Connect to TMDB, or to a simulator that lives as long as the connection."""
        # Whoever only reads a lake need not wait for aiohttp.
        from harvester.origins.tmdb.api import TMDB  # noqa: PLC0415
        from harvester.origins.tmdb.connection import TmdbConnection  # noqa: PLC0415
        from harvester.origins.tmdb.exports.download import exports_beside  # noqa: PLC0415
        from harvester.upstream.connect import open_client  # noqa: PLC0415
        from harvester.upstream.pace import Pace  # noqa: PLC0415

        base_url, credential = access.base_url, access.credential
        async with AsyncExitStack() as stack:
            if base_url is None:
                from harvester.simulator import SimulatorOptions, simulate  # noqa: PLC0415 - rare

                simulator = await stack.enter_async_context(simulate(SimulatorOptions()))
                base_url = simulator.base_url
                credential = Credential(headers={"Authorization": "Bearer simulated"})
            client = await stack.enter_async_context(
                open_client(
                    TMDB,
                    base_url,
                    credential,
                    pace=Pace(access.rate, auto=access.auto),
                    concurrency=access.concurrency,
                    tally=tally,
                )
            )
            yield TmdbConnection(client, access.exports_url or exports_beside(base_url))

    def requests_a_title(self, asked: Asked, mode: RequestMode) -> int:
        """Return the most requests a title takes: find, and the rest, appended or one by one."""
        fanned_out = 1 + len([name for name in asked.endpoints if name != FIND])
        return fanned_out if mode == "fanout" else min(fanned_out, 2)

    def requests_of(self, plan: Plan, mode: RequestMode, known: int) -> int:
        """Return about how many requests all titles of a plan take."""
        read = sum(facts.distinct for facts in plan.inputs)
        finds = rest = 0
        for facts in plan.inputs:
            media_type = MEDIA_TYPE_OF[facts.kind]
            names = {
                name
                for name in plan.asked.endpoints
                if name != FIND and ENDPOINTS[name].path(media_type, 1) is not None
            }
            is_by_tmdb_id = facts.name.startswith(SCHEME)
            if is_by_tmdb_id and media_type == "tv":
                names.add(EXTERNAL_IDS)
            elif is_by_tmdb_id and not names:
                names.add(DETAILS)
            is_direct = mode == "append" and FIND not in plan.asked.endpoints and names
            if not is_by_tmdb_id and not (is_direct and media_type == "movie"):
                finds += facts.distinct
            rest += facts.distinct * (min(len(names), 1) if mode == "append" else len(names))
        if not read:
            return 0
        # Known ones are spread evenly.
        sent = finds * max(1 - known / max(plan.titles, 1), 0) + rest
        return round(sent * plan.titles / read)

    def folders(self, asked: Asked) -> list[str]:
        """Return every folder that records of these endpoints can be in."""
        media_types: tuple[MediaType, ...] = ("movie", "tv")
        return sorted(
            {
                folder(name, media_type)
                for name in asked.endpoints
                for media_type in media_types
                if name == FIND or ENDPOINTS[name].path(media_type, 1) is not None
            }
        )

    def expected(self, asked: Asked, title: Title, outcome: Outcome) -> Mapping[str, str]:
        """Return what a title must have: one record of each endpoint of its media type.

        `find` is asked for IMDb ids only; all there is of an unmatched title is its `find` record.
        """
        if outcome.outcome == "failed":
            return {}
        media_type = outcome.media_type
        return {
            name: folder(name, media_type)
            for name in asked.endpoints
            if (name == FIND and title.imdb_id is not None)
            or (
                name != FIND
                and media_type is not None
                and ENDPOINTS[name].path(media_type, 1) is not None
            )
        }

    def envelope(self, plan: Plan) -> tuple[str, ...]:
        """Return the keys of a record; those of plans of version 1 have no `id`."""
        return ENVELOPE if plan.version > 1 else ENVELOPE[1:]

    def misfit(self, record: Mapping[str, Any], title: Title, outcome: Outcome) -> str | None:
        """Return what in a record contradicts its title's outcome, or None."""
        own = tmdb_id_of(title.id)
        if own is not None and own != (outcome.media_type, outcome.tmdb_id):
            return "has an outcome of another title"
        if (record["tmdb_id"], record["media_type"]) != (outcome.tmdb_id, outcome.media_type):
            return "has another id or media type than its outcome"
        if record["imdb_id"] != (title.imdb_id or outcome.imdb_id):
            return "has another IMDb id than its outcome"
        if record["endpoint"] == FIND or outcome.media_type is None:
            return None
        response = record["response"]
        if not isinstance(response, dict):
            return "has a response that is no object"
        return None if response.get("id") == outcome.tmdb_id else "has another title's response"

    def describe(self, responses: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Return the main facts out of details, credits and keywords."""
        return title_facts(responses)
