"""One title's endpoints → a response from each, requested separately or appended to details."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from harvester.clock import now
from harvester.lake.keys import FIND
from harvester.model import Asked, MediaType, RequestMode
from harvester.origins.tmdb.append import Splitter
from harvester.origins.tmdb.client import Failure, TmdbClient
from harvester.origins.tmdb.endpoints import DETAILS, ENDPOINTS
from harvester.upstream.tally import Tally

NOT_FOUND = "http_404"


class Answer(NamedTuple):
    """An endpoint's response, the language it was requested in, and the time of the response."""

    body: bytes | Failure
    language: str | None
    at: str


async def fetch_endpoints(
    client: TmdbClient,
    asked: Asked,
    media_type: MediaType,
    tmdb_id: int,
    tally: Tally,
    requests: RequestMode,
) -> dict[str, Answer]:
    """Request every endpoint that exists for the media type; answers are in the order of `asked`.

    Endpoints that `append` does not return are requested separately.
    """
    paths = {
        name: path
        for name in asked.endpoints
        if name != FIND and (path := ENDPOINTS[name].path(media_type, tmdb_id)) is not None
    }
    answers: dict[str, Answer] = {}
    if requests == "append" and len(paths) > 1:
        answers = await _appended(client, asked, media_type, tmdb_id, paths, tally)

    async def one(name: str, path: str) -> None:
        language = _language(name, asked)
        params = language_param(language)
        body = await client.get(name, path, params, tmdb_id=tmdb_id, tally=tally)
        answers[name] = Answer(body, language, now())

    missing = {name: path for name, path in paths.items() if name not in answers}
    if missing:
        async with asyncio.TaskGroup() as group:
            for name, path in missing.items():
                group.create_task(one(name, path))
    return {name: answers[name] for name in paths}


async def _appended(
    client: TmdbClient,
    asked: Asked,
    media_type: MediaType,
    tmdb_id: int,
    paths: Mapping[str, str],
    tally: Tally,
) -> dict[str, Answer]:
    """Request details with the rest appended; return the answers it has, or a 404 for all.

    TMDB's methods without `language` ignore it when appended as well.
    """
    path = ENDPOINTS[DETAILS].path(media_type, tmdb_id)
    if path is None:
        raise ValueError(f"TMDB has no details of a {media_type}")
    below = {name: one.removeprefix(f"{path}/") for name, one in paths.items() if name != DETAILS}
    splitter = Splitter(tuple(below.values()))
    params = {"append_to_response": ",".join(below.values())} | language_param(asked.language)
    body = await client.get(
        DETAILS, path, params, tmdb_id=tmdb_id, tally=tally, shows=splitter.shows
    )
    at = now()
    if isinstance(body, Failure):
        if body.reason == NOT_FOUND:
            return {name: Answer(body, None, at) for name in paths}
        return {}  # TMDB may fail only on the combined request
    parts = splitter.parts(body)
    if parts is None:
        return {}
    bodies = {name: parts.below.get(appended) for name, appended in below.items()}
    if DETAILS in paths:
        bodies[DETAILS] = parts.details
    return {
        name: Answer(found, _language(name, asked), at)
        for name, found in bodies.items()
        if found is not None
    }


def language_param(language: str | None) -> dict[str, str]:
    """Return the query parameter for a language; without it, TMDB uses en-US."""
    return {} if language is None else {"language": language}


def _language(name: str, asked: Asked) -> str | None:
    return asked.language if ENDPOINTS[name].localised else None
