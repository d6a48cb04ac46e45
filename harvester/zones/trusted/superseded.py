"""Which records of a date are not the newest of their title, found without an engine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from harvester.zones.engines import Engine
from harvester.zones.trusted.proven import Proven
from harvester.zones.trusted.strict import Envelope

_SCHEMA = pa.schema([("run", pa.string()), ("title_id", pa.string()), ("language", pa.string())])


@dataclass(slots=True)
class Superseded:
    """Records that a newer one stands above, a row each; `items` are those of files that fit."""

    rows: list[tuple[str, str | None, str]] = field(default_factory=list)
    items: int = 0

    def table(self, engine: Engine, scratch: Path) -> ir.Table:
        """Return them as a table; there must be some."""
        path = scratch / "superseded.parquet"
        columns = zip(*self.rows, strict=True)
        arrays = [pa.array(column, pa.string()) for column in columns]
        with path.open("wb") as file:  # pyarrow would take some paths for URIs
            pq.write_table(pa.Table.from_arrays(arrays, schema=_SCHEMA), file)
        return engine.parquet(str(path))

    def add(self, run: str, envelope: Envelope) -> None:
        """Add a record of a run."""
        self.rows.append(_key(run, envelope))
        self.items += envelope.items

    def left(self, run: str, envelopes: Iterable[Envelope]) -> list[Envelope]:
        """Return a run's records but for those that others stand above."""
        lost = set(self.rows)
        return [one for one in envelopes if _key(run, one) not in lost]


def _key(run: str, envelope: Envelope) -> tuple[str, str | None, str]:
    return run, envelope.title_id, envelope.language or ""


def superseded(of_runs: Iterable[tuple[str, Sequence[Proven]]]) -> Superseded | None:
    """Return the records of several runs that others stand above.

    None where only the bodies tell: two records of a title are of one second, or of one run, or a
    file's envelopes are not as they should be.
    """
    newest: dict[tuple[str | None, str | None], tuple[str, Envelope]] = {}
    found = Superseded()
    for run, files in of_runs:
        for one in files:
            if one.held is None:
                return None
            for envelope in one.held.envelopes:
                if envelope.fetched_at is None or envelope.language == "":
                    return None
                key = (envelope.title_id, envelope.language)
                before = newest.setdefault(key, (run, envelope))
                if before[1] is envelope:
                    continue
                other = before[1].fetched_at or ""
                if before[0] == run or other == envelope.fetched_at:
                    return None
                if envelope.fetched_at > other:
                    found.add(*before)
                    newest[key] = (run, envelope)
                else:
                    found.add(run, envelope)
    return found


def without(records: ir.Table, lost: ir.Table) -> ir.Table:
    """Return records but for those of `Superseded.table`."""
    columns = ["run", "title_id"]
    if "language" in records.columns:
        records = records.mutate(said_=records["language"].fill_null(""))
        lost = lost.rename(said_="language")
        columns.append("said_")
    kept = records.anti_join(lost, columns)
    return kept.drop("said_") if "said_" in kept.columns else kept
