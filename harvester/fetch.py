"""One title → its records, or why there are none: find first, then the rest at the same time."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from harvester.clock import now
from harvester.endpoints import ENDPOINTS, FIND
from harvester.model import MEDIA_TYPE_OF, MediaType, Outcome, Record, Title, TitleResult
from harvester.pack import fits
from harvester.plan import Asked
from harvester.tally import Tally
from harvester.tmdb import Failure, TmdbClient

_GONE = "http_404"


async def fetch_title(client: TmdbClient, title: Title, asked: Asked, tally: Tally) -> TitleResult:
    """Fetch everything asked for of one title: all of it, or an outcome that says why not."""
    params = {"external_source": "imdb_id"} | _language(asked.language)
    found = await client.get(FIND, f"find/{title.imdb_id}", params, tmdb_id=None, tally=tally)
    if isinstance(found, Failure):
        return _failed(title, f"{FIND}: {found.reason}")
    found_at = now()
    try:
        media_type, tmdb_id, reason = resolve(orjson.loads(found), MEDIA_TYPE_OF[title.kind])
    except (AttributeError, KeyError, TypeError, IndexError, ValueError):
        return _failed(title, f"{FIND}: unexpected_shape")
    records = []
    if FIND in asked.endpoints:
        records.append(
            Record(title.imdb_id, tmdb_id, media_type, FIND, asked.language, found_at, found)
        )
    if media_type is None or tmdb_id is None:
        outcome = Outcome("unmatched", reason=reason)
    else:
        outcome = Outcome("harvested", media_type, tmdb_id)
        answers = await _fetch_endpoints(client, asked, media_type, tmdb_id, tally)
        for name, (body, language, at) in answers.items():
            if isinstance(body, Failure):
                gone = name == "details" and body.reason == _GONE
                return _failed(title, "gone" if gone else f"{name}: {body.reason}")
            records.append(Record(title.imdb_id, tmdb_id, media_type, name, language, at, body))
    if not all(map(fits, records)):
        return _failed(title, "record_too_large")
    return TitleResult(title, outcome, tuple(records))


def resolve(
    found: Mapping[str, Any], own: MediaType
) -> tuple[MediaType | None, int | None, str | None]:
    """Return media type and TMDB id out of a find body, or the reason why there is no match.

    Several of the five arrays may be filled, each with several items
    (https://github.com/Kometa-Team/TMDbAPIs/issues/1): the title's own kind comes first, then
    movie, then tv, and of an array its first item. Raises a lookup or type error for another shape.
    """
    order: list[MediaType] = [own, "movie", "tv"]
    for media_type in order:
        if items := found[f"{media_type}_results"]:
            return media_type, int(items[0]["id"]), None
    for other in ("tv_episode", "tv_season", "person"):
        if found.get(f"{other}_results"):
            return None, None, f"only_{other}"
    return None, None, "not_found"


async def _fetch_endpoints(
    client: TmdbClient, asked: Asked, media_type: MediaType, tmdb_id: int, tally: Tally
) -> dict[str, tuple[bytes | Failure, str | None, str]]:
    """Ask every endpoint that exists for the media type, at once; answers are in asked order."""

    async def one(name: str, path: str) -> tuple[bytes | Failure, str | None, str]:
        language = asked.language if ENDPOINTS[name].localised else None
        body = await client.get(name, path, _language(language), tmdb_id=tmdb_id, tally=tally)
        return body, language, now()

    async with asyncio.TaskGroup() as group:
        tasks = {
            name: group.create_task(one(name, path))
            for name in asked.endpoints
            if name != FIND and (path := ENDPOINTS[name].path(media_type, tmdb_id)) is not None
        }
    return {name: task.result() for name, task in tasks.items()}


def _language(language: str | None) -> dict[str, str]:
    return {} if language is None else {"language": language}


def _failed(title: Title, reason: str) -> TitleResult:
    return TitleResult(title, Outcome("failed", reason=reason), ())
