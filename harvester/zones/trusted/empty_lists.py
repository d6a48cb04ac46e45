"""Which records have an empty list, as a Parquet file that any engine reads."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from harvester.lake.documents.plan import Plan
from harvester.zones.schema import Table
from harvester.zones.trusted.endpoints.endpoint import EMPTY_LISTS
from harvester.zones.trusted.strict import Envelope


def write_empty_lists(
    table: Table, found: Iterable[tuple[Plan, Sequence[Envelope]]], path: Path
) -> None:
    """Write the rows of `EmptyLists` of records that have none in a table."""
    rows = [
        (
            table.name,
            one.title_id,
            one.imdb_id,
            one.language,
            _moment(one.fetched_at),
            plan.run,
            plan.synthetic,
        )
        for plan, envelopes in found
        for one in envelopes
    ]
    schema = EMPTY_LISTS.schema().to_pyarrow()
    arrays = [
        pa.array(values, kind)
        for values, kind in zip(zip(*rows, strict=True), schema.types, strict=True)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:  # pyarrow would take some paths for URIs
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), file)


def _moment(text: str | None) -> datetime | None:
    """Return the moment of `2026-11-24T07:00:00Z` without a zone, or None for another text."""
    try:
        return datetime.fromisoformat(text or "").replace(tzinfo=None)
    except ValueError:
        return None
