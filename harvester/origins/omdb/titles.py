"""One title → its record, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harvester.clock import now
from harvester.lake.record_files import fits
from harvester.model import MediaType, Outcome, OutcomeName, Title, TitleResult
from harvester.origins.joined_records import joined_record
from harvester.origins.omdb.answer import parse_answer
from harvester.origins.omdb.api import OmdbClient
from harvester.origins.omdb.endpoints import FOLDER, ORIGIN, TITLE, title_params
from harvester.upstream.client import Failure
from harvester.upstream.room import keep
from harvester.upstream.tally import Tally

_MEDIA_TYPES: Final[dict[str | None, MediaType]] = {"movie": "movie", "series": "tv"}


@dataclass(frozen=True, slots=True)
class OmdbFetcher:
    """Fetches titles; `imdb_ids` are those of titles asked for by another id."""

    client: OmdbClient
    imdb_ids: Mapping[str, str]

    async def fetch(self, title: Title, tally: Tally) -> TitleResult:
        """Fetch one title. Raises what the client raises."""
        imdb_id = title.imdb_id or self.imdb_ids.get(title.id)
        if imdb_id is None:
            return _without(title, "unmatched", "no_imdb_id")
        body = await self.client.get(
            TITLE, "", title_params(imdb_id), expected=imdb_id, tally=tally
        )
        at = now()
        if isinstance(body, Failure):
            return _without(title, "failed", body.reason)
        answer = parse_answer(body, lone_surrogates=True)
        if answer.imdb_id is None:
            return _without(title, "unmatched", self.client.hidden(answer.reason))
        outcome = Outcome(
            "harvested",
            _MEDIA_TYPES.get(answer.kind),
            fetched_at=at,
            imdb_id=None if title.imdb_id else imdb_id,
            origin_id=answer.imdb_id,
        )
        record = joined_record(
            title,
            imdb_id=imdb_id,
            origin=ORIGIN,
            origin_id=answer.imdb_id,
            endpoint=TITLE,
            folder=FOLDER,
            fetched_at=at,
            body=keep(body),
        )
        if not fits(record):
            return _without(title, "failed", "record_too_large")
        return TitleResult(title, outcome, (record,))


def _without(title: Title, outcome: OutcomeName, reason: str) -> TitleResult:
    return TitleResult(title, Outcome(outcome, reason=reason, fetched_at=now()), ())
