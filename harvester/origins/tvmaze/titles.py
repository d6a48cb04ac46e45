"""One title → its records, or why there are none."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from harvester.clock import now
from harvester.lake.record_files import fits
from harvester.model import Asked, Body, Outcome, OutcomeName, Title, TitleResult
from harvester.origins.joined_records import joined_record
from harvester.origins.tvmaze.api import Expected, TvmazeClient
from harvester.origins.tvmaze.endpoints import ENDPOINTS, ORIGIN, SHOW
from harvester.origins.tvmaze.index.shows import IndexedShows
from harvester.upstream.client import Failure
from harvester.upstream.room import keep
from harvester.upstream.tally import Tally

LOOKUP: Final = "lookup"
"""What a lookup is called in latencies and reasons; its answer is no record."""

_NOT_FOUND: Final = "http_404"


class _Answer(NamedTuple):
    """What an endpoint answered, and when."""

    body: Body
    at: str


class _Found(NamedTuple):
    """The show that an IMDb id is, when TVmaze said so, and the show itself if it came along."""

    show_id: int
    at: str
    show: Body | None = None


@dataclass(frozen=True, slots=True)
class TitleFetcher:
    """Fetches the titles of one plan.

    `imdb_ids` are those of titles asked for by another id. With an `index` no title is looked up:
    what is not in it is not found.
    """

    client: TvmazeClient
    asked: Asked
    imdb_ids: Mapping[str, str]
    index: IndexedShows | None

    async def fetch(self, title: Title, tally: Tally) -> TitleResult:
        """Fetch everything asked for of one title: all of it, or an outcome that says why not."""
        if title.kind == "movie":
            return _without(title, "unmatched", "not_a_series", now())
        imdb_id = title.imdb_id or self.imdb_ids.get(title.id)
        if imdb_id is None:
            return _without(title, "unmatched", "no_imdb_id", now())
        if self.index is None:
            found = await self._looked_up(imdb_id, tally)
        else:
            found = _indexed(self.index, imdb_id)
        if isinstance(found, Failure):
            return _without(title, "failed", f"{LOOKUP}: {found.reason}", now())
        if isinstance(found, str):
            return _without(title, "unmatched", "not_found", found)
        answers: dict[str, _Answer | Failure] = {}
        if found.show is not None and SHOW in self.asked.endpoints:
            answers[SHOW] = _Answer(found.show, found.at)
        await self._ask(found.show_id, answers, tally)
        return self._result(title, imdb_id, found, answers)

    async def _looked_up(self, imdb_id: str, tally: Tally) -> _Found | Failure | str:
        """Return the show, or when TVmaze said that it has none."""
        found = await self.client.get(
            LOOKUP,
            "lookup/shows",
            {"imdb": imdb_id},
            expected=Expected("lookup"),
            tally=tally,
        )
        if isinstance(found, bytes):
            return _Found(int(found), now())
        return now() if found.reason == _NOT_FOUND else found

    async def _ask(self, show_id: int, answers: dict[str, _Answer | Failure], tally: Tally) -> None:
        """Ask the endpoints that have no answer yet, at the same time."""

        async def one(name: str) -> None:
            endpoint = ENDPOINTS[name]
            body = await self.client.get(
                name,
                endpoint.path_of(show_id),
                endpoint.params,
                expected=Expected("array") if endpoint.is_array else Expected("show", show_id),
                tally=tally,
            )
            answers[name] = body if isinstance(body, Failure) else _Answer(keep(body), now())

        missing = [name for name in self.asked.endpoints if name not in answers]
        if missing:
            async with asyncio.TaskGroup() as group:
                for name in missing:
                    group.create_task(one(name))

    def _result(
        self,
        title: Title,
        imdb_id: str,
        found: _Found,
        answers: Mapping[str, _Answer | Failure],
    ) -> TitleResult:
        """Return the records in the order of the endpoints; a show without one of them failed."""
        records, times = [], [found.at]
        for name in self.asked.endpoints:
            answer = answers[name]
            if isinstance(answer, Failure):
                gone = answer.reason == _NOT_FOUND  # it was there when it was looked up
                reason = "gone" if gone else f"{name}: {answer.reason}"
                return _without(title, "failed", reason, now())
            times.append(answer.at)
            records.append(
                joined_record(
                    title,
                    imdb_id=imdb_id,
                    origin=ORIGIN,
                    origin_id=found.show_id,
                    endpoint=name,
                    folder=ENDPOINTS[name].folder,
                    fetched_at=answer.at,
                    body=answer.body,
                )
            )
        if not all(map(fits, records)):
            return _without(title, "failed", "record_too_large", now())
        outcome = Outcome(
            "harvested",
            "tv",
            fetched_at=min(times),
            imdb_id=None if title.imdb_id else imdb_id,
            origin_id=found.show_id,
        )
        return TitleResult(title, outcome, tuple(records))


def _indexed(index: IndexedShows, imdb_id: str) -> _Found | str:
    show = index.find(imdb_id)
    if show is None:
        return index.asked_at or now()
    return _Found(show.show_id, show.asked_at, show.body)


def _without(title: Title, outcome: OutcomeName, reason: str, at: str) -> TitleResult:
    return TitleResult(title, Outcome(outcome, reason=reason, fetched_at=at), ())
