"""One title → its records, or the reason for none: find first, then the rest concurrently."""

import re
from collections.abc import Mapping
from typing import Any

from harvester import json_text
from harvester.clock import now
from harvester.lake.keys import FIND
from harvester.lake.record_files import fits
from harvester.model import MEDIA_TYPE_OF, Asked, MediaType, Outcome, Record, Title, TitleResult
from harvester.origins.tmdb.answers import NOT_FOUND, Answer, fetch_endpoints, language_param
from harvester.origins.tmdb.client import UNEXPECTED_SHAPE, Failure, TmdbClient
from harvester.origins.tmdb.endpoints import DETAILS
from harvester.origins.tmdb.shortcuts import Shortcuts, uses_id_map
from harvester.upstream.tally import Tally

_NAME_THE_IMDB_ID = (DETAILS, "external_ids")
_IMDB_ID = re.compile(rb'"imdb_id":[ ]?"tt(\d{1,18})"')


async def fetch_title(
    client: TmdbClient, title: Title, asked: Asked, tally: Tally, shortcuts: Shortcuts
) -> TitleResult:
    """Fetch everything requested for one title: all of it, or an outcome with the reason."""
    known = shortcuts.known.get(int(title.imdb_id[2:])) if uses_id_map(asked) else None
    if known is not None:
        answers = await fetch_endpoints(client, asked, *known, tally, shortcuts.requests)
        if not _outdated(title, answers):
            return _result(title, *known, answers, [])
    params = {"external_source": "imdb_id"} | language_param(asked.language)
    own = MEDIA_TYPE_OF[title.kind]

    def is_answer(body: bytes) -> bool:
        return _resolved(body, own) is not None

    path = f"{FIND}/{title.imdb_id}"
    found = await client.get(FIND, path, params, tmdb_id=None, tally=tally, is_answer=is_answer)
    if isinstance(found, Failure):
        return _failed(title, f"{FIND}: {found.reason}")
    found_at = now()
    resolved = _resolved(found, own)
    if resolved is None:
        return _failed(title, f"{FIND}: {UNEXPECTED_SHAPE}")
    media_type, tmdb_id, reason = resolved
    records = []
    if FIND in asked.endpoints:
        records.append(
            Record(title.imdb_id, tmdb_id, media_type, FIND, asked.language, found_at, found)
        )
    if media_type is None or tmdb_id is None:
        return _whole(title, Outcome("unmatched", reason=reason), records)
    answers = await fetch_endpoints(client, asked, media_type, tmdb_id, tally, shortcuts.requests)
    return _result(title, media_type, tmdb_id, answers, records)


def resolve(
    found: Mapping[str, Any], own: MediaType
) -> tuple[MediaType | None, int | None, str | None]:
    """Return media type and TMDB id from a find body, or the reason why there is no match.

    Several of the five arrays may have items, and more than one
    (https://github.com/Kometa-Team/TMDbAPIs/issues/1): the title's own kind takes precedence, then
    movie, then tv, and within an array the first item. Raises a lookup, type or value error for any
    other structure: an array that is null does not mean that there is no match.
    """
    order: list[MediaType] = [own, "movie", "tv"]
    for media_type in order:
        if items := _array(found[f"{media_type}_results"]):
            return media_type, int(items[0]["id"]), None
    for other in ("tv_episode", "tv_season", "person"):  # older responses lack two of them
        if _array(found.get(f"{other}_results", [])):
            return None, None, f"only_{other}"
    return None, None, "not_found"


def _resolved(
    body: bytes, own: MediaType
) -> tuple[MediaType | None, int | None, str | None] | None:
    """Return the result of `resolve` for a body, or None if it is not a find body."""
    try:
        return resolve(json_text.loads(body), own)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def _array(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not an array")
    return value


def _outdated(title: Title, answers: Mapping[str, Answer]) -> bool:
    """Return whether an id map's entry for a title is not, or no longer, correct: use `find`.

    TMDB's ids can change; movie details and external ids contain the IMDb id they belong to.
    """
    for name, answer in answers.items():
        if isinstance(answer.body, Failure):
            if answer.body.reason == NOT_FOUND:
                return True
        elif name in _NAME_THE_IMDB_ID:
            named = _IMDB_ID.search(answer.body)
            if named is not None and int(named[1]) != int(title.imdb_id[2:]):
                return True
    return False


def _result(
    title: Title,
    media_type: MediaType,
    tmdb_id: int,
    answers: Mapping[str, Answer],
    records: list[Record],
) -> TitleResult:
    for name, (body, language, at) in answers.items():
        if isinstance(body, Failure):
            gone = name == DETAILS and body.reason == NOT_FOUND
            return _failed(title, "gone" if gone else f"{name}: {body.reason}")
        records.append(Record(title.imdb_id, tmdb_id, media_type, name, language, at, body))
    return _whole(title, Outcome("harvested", media_type, tmdb_id), records)


def _whole(title: Title, outcome: Outcome, records: list[Record]) -> TitleResult:
    if not all(map(fits, records)):
        return _failed(title, "record_too_large")
    return TitleResult(title, outcome, tuple(records))


def _failed(title: Title, reason: str) -> TitleResult:
    return TitleResult(title, Outcome("failed", reason=reason), ())
