"""One title → its records, or why there are none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvester.clock import now
from harvester.lake import json_text
from harvester.lake.record_files import fits
from harvester.lake.title_ids import tmdb_id_of
from harvester.model import MEDIA_TYPE_OF, Asked, MediaType, Outcome, Record, Title, TitleResult
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.tmdb.answers import (
    NOT_FOUND,
    Answer,
    Movie,
    as_id,
    fetch_endpoints,
    fetch_movie,
    language_param,
    named_imdb_id,
)
from harvester.origins.tmdb.api import TmdbClient
from harvester.origins.tmdb.endpoints import DETAILS, ENDPOINTS, EXTERNAL_IDS, FIND
from harvester.origins.tmdb.records import record
from harvester.upstream.client import UNEXPECTED_SHAPE, Failure
from harvester.upstream.tally import Tally


@dataclass(frozen=True, slots=True)
class TitleFetcher:
    """Fetches the titles of one plan: `asked` of each, as records of the plan's `version`."""

    client: TmdbClient
    asked: Asked
    version: int
    shortcuts: Shortcuts

    async def fetch(self, title: Title, tally: Tally) -> TitleResult:
        """Fetch everything asked for of one title: all of it, or an outcome that says why not."""
        own = tmdb_id_of(title.id)
        if own is not None:
            return await self._by_tmdb_id(title, *own, tally)
        movie: Movie | None = None
        known = None if FIND in self.asked.endpoints else self.shortcuts.known.get(title.id)
        if known is not None:
            answers = await self._ask(*known, tally)
            if not _outdated(title, answers):
                return self._harvested(title, *known, answers, [], None)
        elif self.is_direct and title.kind == "movie":
            movie = await fetch_movie(
                self.client, self._names(), self.asked.language, title.id, tally
            )
            if movie is not None and movie.names_it:
                return self._harvested(title, "movie", movie.tmdb_id, movie.answers, [], None)
        return await self._by_find(title, tally, movie)

    @property
    def is_direct(self) -> bool:
        """Whether a movie is asked for by its IMDb id, which saves `find`."""
        return self.shortcuts.requests == "append" and FIND not in self.asked.endpoints

    def _names(self) -> list[str]:
        return [name for name in self.asked.endpoints if name != FIND]

    async def _by_find(self, title: Title, tally: Tally, movie: Movie | None = None) -> TitleResult:
        """Ask `find` first for the media type and the id, then for the rest at the same time.

        The rest is there already if `find` gives the id of a `movie` that was asked for directly.
        """
        asked = self.asked
        params = {"external_source": "imdb_id"} | language_param(asked.language)
        own = MEDIA_TYPE_OF[title.kind]
        resolved: tuple[MediaType | None, int | None, str | None] | None = None

        def is_answer(body: bytes) -> bool:
            nonlocal resolved  # of the body that `get` returns: it is parsed once
            resolved = _resolved(body, own)
            return resolved is not None

        found = await self.client.get(
            FIND, f"{FIND}/{title.id}", params, expected=None, tally=tally, is_answer=is_answer
        )
        if isinstance(found, Failure):
            return _failed(title, f"{FIND}: {found.reason}")
        found_at = now()
        if resolved is None:
            return _failed(title, f"{FIND}: {UNEXPECTED_SHAPE}")
        media_type, tmdb_id, reason = resolved
        records = []
        if FIND in asked.endpoints:
            answer = Answer.of(found, asked.language, found_at)
            records.append(self._record(title, title.id, media_type, tmdb_id, FIND, answer))
        if media_type is None or tmdb_id is None:
            outcome = Outcome("unmatched", reason=reason, fetched_at=found_at)
            return _whole(title, outcome, records)
        if movie is not None and (media_type, tmdb_id) == ("movie", movie.tmdb_id):
            answers = movie.answers
        else:
            answers = await self._ask(media_type, tmdb_id, tally)
        return self._harvested(title, media_type, tmdb_id, answers, records, found_at)

    async def _by_tmdb_id(
        self, title: Title, media_type: MediaType, tmdb_id: int, tally: Tally
    ) -> TitleResult:
        """Ask for a title by TMDB's own id; a series is asked which IMDb id it has, too.

        A movie that nothing else is asked of is asked for its details: whether TMDB has it.
        """
        more: tuple[str, ...] = (EXTERNAL_IDS,) if media_type == "tv" else (DETAILS,)
        paths = (ENDPOINTS[name].movie for name in self.asked.endpoints if name != FIND)
        if media_type == "movie" and any(path is not None for path in paths):
            more = ()
        answers = await self._ask(media_type, tmdb_id, tally, more)
        if _is_missing(answers):
            at = min(answer.at for answer in answers.values())
            return _whole(title, Outcome("unmatched", reason="not_found", fetched_at=at), [])
        return self._harvested(title, media_type, tmdb_id, answers, [], None)

    async def _ask(
        self,
        media_type: MediaType,
        tmdb_id: int,
        tally: Tally,
        more: tuple[str, ...] = (),
    ) -> dict[str, Answer]:
        names = self._names()
        names += [name for name in more if name not in names]
        return await fetch_endpoints(
            self.client,
            names,
            self.asked.language,
            media_type,
            tmdb_id,
            tally,
            self.shortcuts.requests,
        )

    def _harvested(
        self,
        title: Title,
        media_type: MediaType,
        tmdb_id: int,
        answers: Mapping[str, Answer],
        records: list[Record],
        found_at: str | None,
    ) -> TitleResult:
        for name, answer in answers.items():
            if isinstance(answer.body, Failure) and not self._only_names(name, answer.body):
                gone = name == DETAILS and answer.body.reason == NOT_FOUND
                return _failed(title, "gone" if gone else f"{name}: {answer.body.reason}")
        imdb_id = title.imdb_id or next(iter(_named_imdb_ids(answers)), None)
        records += [
            self._record(title, imdb_id, media_type, tmdb_id, name, answer)
            for name, answer in answers.items()
            if name in self.asked.endpoints
        ]
        times = [answer.at for answer in answers.values()]
        outcome = Outcome(
            "harvested",
            media_type,
            tmdb_id,
            fetched_at=min([*times, found_at] if found_at else times, default=found_at),
            imdb_id=None if title.imdb_id else imdb_id,
        )
        return _whole(title, outcome, records)

    def _only_names(self, name: str, failure: Failure) -> bool:
        """Say whether this answer was only to name the IMDb id, and there is none."""
        return name not in self.asked.endpoints and failure.reason == NOT_FOUND

    def _record(
        self,
        title: Title,
        imdb_id: str | None,
        media_type: MediaType | None,
        tmdb_id: int | None,
        endpoint: str,
        answer: Answer,
    ) -> Record:
        if isinstance(answer.body, Failure):
            raise TypeError(f"{endpoint} has no body: {answer.body.reason}")
        return record(
            title,
            imdb_id=imdb_id,
            tmdb_id=tmdb_id,
            media_type=media_type,
            endpoint=endpoint,
            language=answer.language,
            fetched_at=answer.at,
            body=answer.body,
            version=self.version,
        )


def resolve(
    found: Mapping[str, Any], own: MediaType
) -> tuple[MediaType | None, int | None, str | None]:
    """Return media type and TMDB id out of a find body, or the reason why there is no match.

    Several of the five arrays may have items, and more than one
    (https://github.com/Kometa-Team/TMDbAPIs/issues/1): the title's own kind takes precedence, then
    movie, then tv, and within an array the first item. Raises a lookup, type or value error for any
    other structure: an array that is null does not mean that there is no match.
    """
    order: list[MediaType] = [own, "movie", "tv"]
    for media_type in order:
        if items := _array(found[f"{media_type}_results"]):
            return media_type, _id(items[0]["id"]), None
    for other in ("tv_episode", "tv_season", "person"):  # older responses lack two of them
        if _array(found.get(f"{other}_results", [])):
            return None, None, f"only_{other}"
    return None, None, "not_found"


def _resolved(
    body: bytes, own: MediaType
) -> tuple[MediaType | None, int | None, str | None] | None:
    """Return the result of `resolve` for a body, or None if it is not a find body."""
    if not json_text.is_light(body):
        return None
    try:
        return resolve(json_text.loads(body), own)
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def _id(value: object) -> int:
    tmdb_id = as_id(value)
    if tmdb_id is None:
        raise ValueError("not an id")
    return tmdb_id


def _array(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not an array")
    return value


def _outdated(title: Title, answers: Mapping[str, Answer]) -> bool:
    """Say whether a known id is not, or no longer, this title's: `find` must tell.

    Ids move at TMDB; a movie's details and all external ids name the IMDb id they belong to.
    """
    for answer in answers.values():
        if isinstance(answer.body, Failure) and answer.body.reason == NOT_FOUND:
            return True
    return any(int(named[2:]) != int(title.id[2:]) for named in _named_imdb_ids(answers))


def _named_imdb_ids(answers: Mapping[str, Answer]) -> list[str]:
    """Return the IMDb ids that details and external ids name."""
    bodies = [answers[name].body for name in (DETAILS, EXTERNAL_IDS) if name in answers]
    named = [named_imdb_id(bytes(body)) for body in bodies if not isinstance(body, Failure)]
    return [imdb_id for imdb_id in named if imdb_id is not None]


def _is_missing(answers: Mapping[str, Answer]) -> bool:
    """Say whether TMDB has no such title: no details of it, or nothing at all."""
    details = answers.get(DETAILS)
    asked = answers.values() if details is None else (details,)
    return bool(answers) and all(
        isinstance(answer.body, Failure) and answer.body.reason == NOT_FOUND for answer in asked
    )


def _whole(title: Title, outcome: Outcome, records: list[Record]) -> TitleResult:
    if not all(map(fits, records)):
        return _failed(title, "record_too_large")
    return TitleResult(title, outcome, tuple(records))


def _failed(title: Title, reason: str) -> TitleResult:
    return TitleResult(title, Outcome("failed", reason=reason, fetched_at=now()), ())
