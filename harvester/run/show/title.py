"""What a lake holds of one title: `harvester show`, and its JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from harvester.errors import LakeError, SettingError
from harvester.hints import nearest
from harvester.lake.title_ids import media_type_of, unpack
from harvester.model import DEFAULT_ORIGIN
from harvester.origins.abilities import Describing
from harvester.origins.table import ORIGINS
from harvester.run.choose import all_plans
from harvester.run.damage import warn_of
from harvester.run.show.newest_records import HeldRecord, HeldRecords, newest_records
from harvester.run.show.outcomes import TitleOutcome, find_outcomes
from harvester.stores import open_store

VERSION: Final = 1
_OF_RECORD: Final = ("endpoint", "run", "key", "origin")
_ONE_LINE: Final = bytes.maketrans(b"\t\r\n", b"   ")
"""White space, which JSON allows outside strings alone, so that no record steers a terminal."""


@dataclass(frozen=True, slots=True)
class ShownOutcome:
    """A title's outcome in a run.

    `expired` is None where nobody looked it up: there are no records, or all have newer ones.
    """

    run: str
    id: str
    fetched_at: str
    outcome: str
    reason: str | None
    expired: bool | None
    synthetic: bool
    origin: str


@dataclass(frozen=True, slots=True)
class ShownTitle:
    """A title: its ids as known last, outcomes, the newest first, records, facts, and damage.

    `damaged` has a sentence for each run and each record that could not be read. `facts` are names
    and values by origin.
    """

    id: str
    imdb_id: str | None
    media_type: str | None
    tmdb_id: int | None
    outcomes: list[ShownOutcome]
    records: list[HeldRecord]
    damaged: list[str]
    facts: dict[str, list[tuple[str, str]]]

    def to_json(self) -> bytes:
        """Return the version that `docs/data.md` describes; records are spliced, not written again.

        Only white space between their values may differ, so any number and text stays as it is.
        """
        content = {
            "version": VERSION,
            **{name: getattr(self, name) for name in ("id", "imdb_id", "media_type", "tmdb_id")},
            "outcomes": self.outcomes,
            "damaged": self.damaged,
        }
        records = b",".join(
            orjson.dumps({name: getattr(one, name) for name in _OF_RECORD})[:-1]
            + b',"record":'
            + one.raw.translate(_ONE_LINE)
            + b"}"
            for one in self.records
        )
        return orjson.dumps(content)[:-1] + b',"records":[' + records + b"]}\n"


async def find_title(lake: str, number: int, endpoint: str | None = None) -> ShownTitle:
    """Return what a lake holds of a title, by its packed id, of all endpoints or of one.

    Raises `SettingError` for an endpoint that no origin has, and `LakeError` where the lake does
    not hold the title, or no record of that endpoint.
    """
    endpoints = _endpoints(endpoint)
    async with open_store(lake) as store:
        known = await all_plans(store)
        if not known.plans and not known.damaged:
            raise LakeError(f"{store.uri} holds no run yet: start one with `harvester run`")
        outcomes, damaged = await find_outcomes(store, known.plans, number)
        if not outcomes:
            unread = [*known.damaged, *damaged]
            warn_of(unread)
            raise LakeError(_lacks(store.uri, number, is_whole=not unread))
        held = {
            origin: await newest_records(store, own, wanted)
            for origin, wanted in endpoints.items()
            if (own := [one for one in outcomes if one.plan.asked.origin == origin])
        }
    records = [record for one in held.values() for record in one.records]
    unproven = [sentence for one in held.values() for sentence in one.damaged]
    if endpoint is not None and not records and not unproven:
        raise LakeError(
            f"{store.uri} holds no {endpoint} of {unpack(number)}: "
            f"`{_command(number)}{_asking(endpoints, endpoint)}` harvests it"
        )
    return ShownTitle(
        unpack(number),
        **_ids(outcomes),
        outcomes=[_shown(one, held) for one in outcomes],
        records=records,
        damaged=[one.damaged for one in (*known.damaged, *damaged)] + unproven,
        facts={origin: _facts(origin, one.records) for origin, one in held.items()},
    )


def _endpoints(endpoint: str | None) -> dict[str, list[str]]:
    """Return the endpoints that are wanted of each origin that has them."""
    if endpoint is None:
        return {name: list(origin.endpoints) for name, origin in ORIGINS.items()}
    found = {name: [endpoint] for name, origin in ORIGINS.items() if endpoint in origin.endpoints}
    if not found:
        known = list(dict.fromkeys(name for one in ORIGINS.values() for name in one.endpoints))
        raise SettingError(
            f"there is no endpoint {endpoint!r}{nearest(endpoint, known)}; "
            f"the endpoints are {', '.join(known)}"
        )
    return found


def _asking(origins: Iterable[str], endpoint: str) -> str:
    """Return the flags that ask one of these origins for an endpoint."""
    origin = next(iter(origins))
    named = "" if origin == DEFAULT_ORIGIN else f" --origin {origin.casefold()}"
    return f"{named} --endpoints {endpoint}"


def _lacks(lake: str, number: int, *, is_whole: bool) -> str:
    if not is_whole:
        return f"no run of {lake} that can be read has {unpack(number)}: fix the others first"
    return f"{lake} holds nothing of {unpack(number)}: `{_command(number)}` harvests it"


def _command(number: int) -> str:
    title_id = unpack(number)
    if media_type_of(number) is None:
        return f"echo {title_id} | harvester run -"
    return f"harvester run tmdb:{title_id.replace(':', '/')}"


def _shown(one: TitleOutcome, held: Mapping[str, HeldRecords]) -> ShownOutcome:
    row, origin = one.row, one.plan.asked.origin
    return ShownOutcome(
        one.plan.run,
        unpack(row.number),
        datetime.fromtimestamp(row.fetched_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        row.outcome,
        row.reason,
        held[origin].expired.get(one.plan.run) if origin in held else None,
        one.plan.synthetic,
        origin,
    )


def _ids(outcomes: Sequence[TitleOutcome]) -> dict[str, Any]:
    """Return the ids at IMDb and at TMDB, each as known last."""
    imdb_id = next((one.row.imdb_id for one in outcomes if one.row.imdb_id), None)
    of_tmdb = (one.row for one in outcomes if one.plan.asked.origin == DEFAULT_ORIGIN)
    own = next((row for row in of_tmdb if row.origin_id is not None), None)
    return {
        "imdb_id": unpack(imdb_id) if imdb_id else None,
        "media_type": own.media_type if own else None,
        "tmdb_id": own.origin_id if own else None,
    }


def _facts(origin: str, records: Sequence[HeldRecord]) -> list[tuple[str, str]]:
    described = ORIGINS[origin]
    if not isinstance(described, Describing):
        return []
    return described.describe({one.endpoint: one.content.get("response") for one in records})
