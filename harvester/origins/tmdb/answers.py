"""One title's endpoints → an answer from each: asked one by one, or appended to its details."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

from harvester.clock import now
from harvester.model import Body, MediaType, RequestMode
from harvester.origins.tmdb.api import TmdbClient
from harvester.origins.tmdb.append import Parts, split_body
from harvester.origins.tmdb.endpoints import DETAILS, ENDPOINTS
from harvester.upstream.client import Failure
from harvester.upstream.room import keep
from harvester.upstream.tally import Tally

NOT_FOUND = "http_404"

_ABOVE_ANY_ID = 10**10
_IMDB_ID = re.compile(rb'"imdb_id":[ ]?"tt(\d{1,18})"')


class Answer(NamedTuple):
    """What an endpoint answered, in which language it was asked, and when."""

    body: Body | Failure
    language: str | None
    at: str

    @classmethod
    def of(cls, body: bytes | Failure, language: str | None, at: str) -> Self:
        """Return an answer whose body is kept where there is room for it."""
        return cls(body if isinstance(body, Failure) else keep(body), language, at)


class Movie(NamedTuple):
    """What a movie's IMDb id answered, and whether the answer names that id."""

    tmdb_id: int
    answers: dict[str, Answer]
    names_it: bool


async def fetch_endpoints(
    client: TmdbClient,
    names: Iterable[str],
    asked_language: str | None,
    media_type: MediaType,
    tmdb_id: int,
    tally: Tally,
    requests: RequestMode,
) -> dict[str, Answer]:
    """Ask those of the endpoints that exist for the media type; answers are in their order.

    What `append` does not bring is asked for by itself.
    """
    paths = {
        name: path
        for name in names
        if (path := ENDPOINTS[name].path(media_type, tmdb_id)) is not None
    }
    answers: dict[str, Answer] = {}
    if requests == "append" and len(paths) > 1:
        answers = await _appended(client, asked_language, media_type, tmdb_id, paths, tally)

    async def one(name: str, path: str) -> None:
        language = _language(name, asked_language)
        params = language_param(language)
        body = await client.get(name, path, params, expected=tmdb_id, tally=tally)
        answers[name] = Answer.of(body, language, now())

    missing = {name: path for name, path in paths.items() if name not in answers}
    if missing:
        async with asyncio.TaskGroup() as group:
            for name, path in missing.items():
                group.create_task(one(name, path))
    return {name: answers[name] for name in paths}


async def fetch_movie(
    client: TmdbClient,
    names: Iterable[str],
    asked_language: str | None,
    imdb_id: str,
    tally: Tally,
) -> Movie | None:
    """Ask for a movie by its IMDb id, all endpoints at once; None where there is no such answer.

    TMDB takes an IMDb id in the path of a movie. An answer that does not name it is to be believed
    only if `find` gives the same TMDB id.
    """
    paths = {name: path for name in names if (path := ENDPOINTS[name].path("movie", 0)) is not None}
    if not paths:
        return None
    below = _below(paths, "movie/0")
    parts = await _whole(client, asked_language, f"movie/{imdb_id}", below, None, tally)
    at = now()
    if isinstance(parts, Failure) or parts is None:
        return None
    tmdb_id = as_id(parts.tmdb_id)
    if tmdb_id is None:
        return None
    answers = _of_parts(parts, paths, below, asked_language, at)
    missing = [name for name in paths if name not in answers]
    if missing:
        answers |= await fetch_endpoints(
            client, missing, asked_language, "movie", tmdb_id, tally, "fanout"
        )
    names_it = named_imdb_id(parts.details) == imdb_id
    return Movie(tmdb_id, {name: answers[name] for name in paths}, names_it)


async def _appended(
    client: TmdbClient,
    asked_language: str | None,
    media_type: MediaType,
    tmdb_id: int,
    paths: Mapping[str, str],
    tally: Tally,
) -> dict[str, Answer]:
    """Ask for details with the rest appended; return what came of it, or a 404 for all."""
    path = ENDPOINTS[DETAILS].path(media_type, tmdb_id)
    if path is None:
        raise ValueError(f"TMDB has no details of a {media_type}")
    below = _below(paths, path)
    parts = await _whole(client, asked_language, path, below, tmdb_id, tally)
    at = now()
    if isinstance(parts, Failure):
        if parts.reason == NOT_FOUND:
            return {name: Answer(parts, None, at) for name in paths}
        return {}  # so much at once may be what TMDB can't answer
    return {} if parts is None else _of_parts(parts, paths, below, asked_language, at)


def _below(paths: Mapping[str, str], details: str) -> dict[str, str]:
    """Return what is appended for each endpoint but the details."""
    return {name: one.removeprefix(f"{details}/") for name, one in paths.items() if name != DETAILS}


async def _whole(
    client: TmdbClient,
    asked_language: str | None,
    path: str,
    below: Mapping[str, str],
    tmdb_id: int | None,
    tally: Tally,
) -> Parts | Failure | None:
    """Ask for details with others appended; return the parts, None where there are none.

    TMDB's methods without `language` ignore it when they are appended, too.
    """
    appended = {"append_to_response": ",".join(below.values())} if below else {}
    params = appended | language_param(asked_language)
    body = await client.get(DETAILS, path, params, expected=tmdb_id, tally=tally)
    return body if isinstance(body, Failure) else split_body(body, tuple(below.values()))


def _of_parts(
    parts: Parts,
    paths: Iterable[str],
    below: Mapping[str, str],
    asked_language: str | None,
    at: str,
) -> dict[str, Answer]:
    """Return the answers that the parts of one body are; those that are missing are left out."""
    bodies = {name: parts.below.get(appended) for name, appended in below.items()}
    if DETAILS in paths:
        bodies[DETAILS] = parts.details
    return {
        name: Answer.of(found, _language(name, asked_language), at)
        for name, found in bodies.items()
        if found is not None
    }


def named_imdb_id(body: bytes) -> str | None:
    """Return the IMDb id that details or external ids name."""
    found = _IMDB_ID.search(body)
    return None if found is None else f"tt{int(found[1]):07d}"


def as_id(value: object) -> int | None:
    """Return a value that can be an id of TMDB: a whole number of 1 to 10 digits."""
    # True is an int, too.
    return value if type(value) is int and 0 < value < _ABOVE_ANY_ID else None


def language_param(language: str | None) -> dict[str, str]:
    """Return the query's part that asks for a language; left out, TMDB takes en-US."""
    return {} if language is None else {"language": language}


def _language(name: str, asked_language: str | None) -> str | None:
    return asked_language if ENDPOINTS[name].localised else None
