"""Makes runs of OMDb and TVmaze by hand: a plan, record files and manifests, as a harvest does."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan, Titles
from harvester.model import Asked, MediaType, Outcome
from harvester.run import journal
from harvester.stores.local.store import LocalStore

FOLDERS = {
    "OMDb": {"title": "Titles"},
    "TVmaze": {"show": "Shows", "episodes": "Episodes", "cast": "Cast"},
}
DAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Told:
    """One harvested title, and its bodies by endpoint; `id` is what it is asked for by."""

    id: str
    bodies: dict[str, Any] = field(default_factory=dict)
    origin_id: int | str = 1
    imdb_id: str | None = None
    media_type: MediaType | None = None
    fetched_at: str = "2026-11-24T07:00:00Z"


async def tell(
    folder: Path,
    origin: str,
    titles: list[Told],
    *,
    run: str = "20261124-00000001",
    day: date = DAY,
    synthetic: bool = False,
    unmatched: tuple[str, ...] = (),
) -> None:
    """Write one run of one unit into a lake."""
    store = LocalStore(folder)
    ids = [one.id for one in titles] + list(unmatched)
    kind = "series" if origin == "TVmaze" else "movie"
    listed = Titles(b"".join(orjson.dumps({"id": one, "kind": kind}) + b"\n" for one in ids))
    asked = Asked(tuple(FOLDERS[origin]), None, (), None, "array", "x", origin=origin)
    at = f"{day.isoformat()}T07:00:00Z"
    plan = Plan(
        run=run,
        digest="00000001",
        date=day,
        created_at=at,
        inputs=(),
        asked=asked,
        synthetic=synthetic,
        titles=len(ids),
        titles_sha256=listed.sha256,
    )
    await journal.save_plan(store, plan, listed)
    files: dict[str, list[bytes]] = defaultdict(list)
    for title in titles:
        for endpoint, body in title.bodies.items():
            files[FOLDERS[origin][endpoint]].append(_record(origin, title, endpoint, body))
    receipts = []
    for name, records in files.items():
        data = b"[" + b",\n".join(records) + b"]"
        sha256 = hashlib.sha256(data).hexdigest()
        prefix = keys.records_prefix(origin, name, day, run)
        key = keys.record_key(prefix, 0, 0, sha256, "array")
        await store.put(key, data)
        receipts.append(FileReceipt(key, len(records), len(data), sha256))
    outcomes = {title.id: _outcome(title) for title in titles}
    outcomes |= {one: Outcome("unmatched", reason="not_found", fetched_at=at) for one in unmatched}
    await journal.commit(
        store, plan, Manifest(run, 0, outcomes, tuple(receipts), {}, [], {}, at, at)
    )


def _outcome(title: Told) -> Outcome:
    imdb_id = None if title.id.startswith("tt") else title.imdb_id
    return Outcome(
        "harvested",
        title.media_type,
        fetched_at=title.fetched_at,
        imdb_id=imdb_id,
        origin_id=title.origin_id,
    )


def _record(origin: str, title: Told, endpoint: str, body: Any) -> bytes:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    envelope = orjson.dumps(
        {
            "id": title.id,
            "imdb_id": title.imdb_id or title.id,
            "origin": origin,
            "origin_id": title.origin_id,
            "endpoint": endpoint,
            "fetched_at": title.fetched_at,
        }
    )
    return envelope[:-1] + b',"response":' + raw + b"}"
