"""TMDB as an origin: what a run needs to know of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import tmdb_id_of
from harvester.model import Asked, MediaType, Outcome, RequestMode, Title
from harvester.origins.origin import Access, Connection
from harvester.origins.tmdb.endpoints import DEFAULT, ENDPOINTS, FIND, NAMES, TMDB_BASE_URL
from harvester.origins.tmdb.records import ENVELOPE, folder
from harvester.upstream.credential import Credential
from harvester.upstream.tally import Tally


@dataclass(frozen=True, slots=True)
class TmdbOrigin:
    """The Movie Database: https://developer.themoviedb.org/reference."""

    name: str = "TMDB"
    endpoints: tuple[str, ...] = NAMES
    default_endpoints: tuple[str, ...] = DEFAULT
    default_rate: float = 40.0
    base_url: str = TMDB_BASE_URL

    @asynccontextmanager
    async def connect(self, access: Access, tally: Tally) -> AsyncIterator[Connection]:
        """Connect to TMDB, or to a simulator that lives as long as the connection."""
        # Whoever only reads a lake need not wait for aiohttp.
        from harvester.origins.tmdb.connect import open_client  # noqa: PLC0415
        from harvester.origins.tmdb.connection import TmdbConnection  # noqa: PLC0415

        base_url, credential = access.base_url, access.credential
        async with AsyncExitStack() as stack:
            if base_url is None:
                from harvester.simulator import SimulatorOptions, simulate  # noqa: PLC0415 - rare

                simulator = await stack.enter_async_context(simulate(SimulatorOptions()))
                base_url = simulator.base_url
                credential = Credential(headers={"Authorization": "Bearer simulated"})
            client = await stack.enter_async_context(
                open_client(
                    base_url,
                    credential,
                    rate=access.rate,
                    auto=access.auto,
                    concurrency=access.concurrency,
                    tally=tally,
                )
            )
            yield TmdbConnection(client)

    def requests_a_title(self, asked: Asked, mode: RequestMode) -> int:
        """Return the most requests a title takes: find, and the rest, appended or one by one."""
        fanned_out = 1 + len([name for name in asked.endpoints if name != FIND])
        return fanned_out if mode == "fanout" else min(fanned_out, 2)

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
