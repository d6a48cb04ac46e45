"""Makes a small lake by hand: a plan, record files and manifests, as a harvest leaves them."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import orjson

from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import VERSION, Plan, Titles
from harvester.model import Asked, Format, InputFacts, Kind, MediaType, Outcome
from harvester.origins.tmdb.endpoints import DEFAULT
from harvester.origins.tmdb.records import folder as folder_of
from harvester.run import journal
from harvester.stores.local.store import LocalStore

DAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Made:
    """One harvested title, and its bodies by endpoint.

    It is asked for by its IMDb id, or by `id` where that is given: `movie:278`.
    """

    imdb_id: str | None
    media_type: MediaType = "movie"
    tmdb_id: int = 1
    bodies: dict[str, Any] = field(default_factory=dict)
    language: str | None = None
    fetched_at: str = "2026-11-24T07:00:00Z"
    id: str | None = None

    @property
    def asked(self) -> str:
        """The id it is asked for by."""
        found = self.id or self.imdb_id
        assert found is not None
        return found


async def make(
    folder: Path,
    titles: list[Made],
    *,
    run: str = "20261124-00000000",
    day: date = DAY,
    synthetic: bool = False,
    unmatched: tuple[str, ...] = (),
    suffix: str = "json",
    version: int = VERSION,
    inputs: tuple[InputFacts, ...] = (),
) -> None:
    """Write one run of one unit into a lake; `version` is the plan's."""
    store = LocalStore(folder)
    ids = [made.asked for made in titles] + list(unmatched)
    listed = Titles(b"".join(_line(one, version) for one in ids))
    layout: Format = "array" if suffix == "json" else "lines"
    endpoints = dict.fromkeys((*DEFAULT, *(name for made in titles for name in made.bodies)))
    asked = Asked(tuple(endpoints), None, (), None, layout, "tmdb")
    plan = Plan(
        run=run,
        digest="00000000",
        date=day,
        created_at=f"{day.isoformat()}T07:00:00Z",
        inputs=inputs,
        asked=asked,
        synthetic=synthetic,
        titles=len(ids),
        titles_sha256=listed.sha256,
        version=version,
    )
    await journal.save_plan(store, plan, listed)
    files: dict[str, list[bytes]] = defaultdict(list)
    for made in titles:
        for endpoint, body in made.bodies.items():
            files[folder_of(endpoint, made.media_type)].append(
                _record(made, endpoint, body, version)
            )
    receipts = []
    for name, records in files.items():
        data = b"[" + b",\n".join(records) + b"]" if suffix == "json" else b"\n".join(records)
        sha256 = hashlib.sha256(data).hexdigest()
        prefix = keys.records_prefix("TMDB", name, day, run)
        key = keys.record_key(prefix, 0, 0, sha256, layout)
        await store.put(key, data)
        receipts.append(FileReceipt(key, len(records), len(data), sha256))
    outcomes = {
        made.asked: Outcome(
            "harvested",
            made.media_type,
            made.tmdb_id,
            fetched_at=made.fetched_at if version > 1 else None,
            imdb_id=made.imdb_id if made.id else None,
        )
        for made in titles
    } | {one: Outcome("unmatched", reason="not_found") for one in unmatched}
    done = f"{day.isoformat()}T08:00:00Z"
    manifest = Manifest(run, 0, outcomes, tuple(receipts), {}, [], {}, done, done)
    await journal.commit(store, plan, manifest)


def _line(title_id: str, version: int) -> bytes:
    kind = "series" if title_id.startswith("tv:") else "movie"
    return orjson.dumps({"id" if version > 1 else "imdb_id": title_id, "kind": kind}) + b"\n"


def _record(made: Made, endpoint: str, body: Any, version: int) -> bytes:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    own = {"id": made.asked} if version > 1 else {}
    envelope = orjson.dumps(
        own
        | {
            "imdb_id": made.imdb_id,
            "tmdb_id": made.tmdb_id,
            "media_type": made.media_type,
            "endpoint": endpoint,
            "language": made.language,
            "fetched_at": made.fetched_at,
        }
    )
    return envelope[:-1] + b',"response":' + raw + b"}"


def csv(folder: Path, name: str, text: str, day: str = "2026/11/24") -> None:
    """Put a CSV into a lake; `name` begins with its kind's folder, such as `Movies/m.csv`."""
    kind, _, file = name.partition("/")
    path = folder / keys.CSV_ROOT / kind / day / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def given(folder: Path, name: str, text: str, kind: Kind = "movie") -> InputFacts:
    """Keep a CSV that a run is given, as a run does; return what its plan says of it."""
    data = text.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    path = folder / keys.given_csv_key(sha256, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return InputFacts(f"elsewhere/{name}", kind, len(data), sha256, 1, 1, 0)


def table(lake_folder: Path, name: str) -> list[dict[str, Any]]:
    """Return a table's rows, read with DuckDB only, its Hive partitions as columns.

    A table has no order, and an engine of several threads gives it none: the rows are sorted.
    """
    where = f"{lake_folder}/{name}/**/*.parquet"
    rows = duckdb.connect().sql(f"SELECT * FROM read_parquet('{where}')")  # noqa: S608
    return sorted((dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()), key=str)
