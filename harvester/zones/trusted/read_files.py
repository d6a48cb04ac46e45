"""Record files → a table's rows: by their types where a file allows it, else token by token."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.schema as sch
import ibis.expr.types as ir

from harvester.lake.documents.plan import Plan
from harvester.zones.counting import count_of, single
from harvester.zones.engines import Engine
from harvester.zones.schema import declared
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.proven import Proven
from harvester.zones.trusted.records import (
    Transformed,
    empty_in,
    items_in,
    newest_records,
    of_run,
    transform,
)
from harvester.zones.trusted.strict import Envelope
from harvester.zones.trusted.superseded import Superseded, superseded, without
from harvester.zones.trusted.typed import typed_record, typed_rows

__all__ = ["Files", "Read", "read_files"]


@dataclass(frozen=True, slots=True)
class Files:
    """The record files of one run that become one table."""

    plan: Plan
    files: Sequence[Proven]


@dataclass(frozen=True, slots=True)
class Read:
    """A table's rows, and how many records and items they are of.

    `records` are all, `superseded` those of which a newer one is there, `items` those of the arrays
    of the others. `misfits` is None where all fit. `empty` are those whose lists are empty, of the
    files that fit by their run, `more_empty` those of the others.
    """

    rows: ir.Table
    misfits: Transformed | None
    records: int
    superseded: int
    items: int
    empty: Sequence[tuple[Plan, Sequence[Envelope]]]
    more_empty: ir.Table | None


def read_files(
    engine: Engine,
    endpoint: Endpoint,
    record: sch.Schema,
    of_runs: Sequence[Files],
    scratch: Path,
    *,
    by_types: bool,
) -> Read:
    """Read the files of at least one run; of several runs the newest record of each title counts.

    With `by_types` the engine must read types, and computing the rows may raise its `refusal`.
    """
    lost: Superseded | None = Superseded()
    if len(of_runs) > 1:
        lost = superseded((one.plan.run, one.files) for one in of_runs) if by_types else None
    fit, others = _parted(of_runs, by_types=by_types and lost is not None)
    held = [one.held for run in fit for one in run.files if one.held is not None]
    count, items = sum(one.records for one in held), sum(one.items for one in held)
    gone = None if lost is None or not lost.rows else lost.table(engine, scratch)
    parts = []
    if held:
        records = _records(engine, typed_record(endpoint, record), fit)
        parts.append(typed_rows(endpoint, records if gone is None else without(records, gone)))
    beneath = 0 if lost is None else len(lost.rows)
    items -= 0 if lost is None else lost.items
    empty = [
        (run.plan, lost.left(run.plan.run, one.held.empty))
        for run in fit
        for one in run.files
        if lost is not None and one.held is not None and one.held.empty
    ]
    misfits = more_empty = None
    if not held or any(run.files for run in others):
        records = _records(engine, record, others)
        counted = count_of(engine, records)
        count += counted
        kept = records if gone is None else without(records, gone)
        if lost is None:
            kept = newest_records(records)
            beneath = counted - count_of(engine, kept)
        made = transform(engine, endpoint, kept)
        misfits = Transformed(made.table, engine.keep("typed", made.typed))
        parts.append(misfits.rows)
        if endpoint.arrays:
            items += single(engine, items_in(engine.json, endpoint, kept))
            more_empty = empty_in(engine.json, endpoint, kept)
    parts = [declared(endpoint.table, part) for part in parts]
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return Read(rows, misfits, count, beneath, items, empty, more_empty)


def _parted(of_runs: Sequence[Files], *, by_types: bool) -> tuple[list[Files], list[Files]]:
    """Return the files that are read by their types, and the others."""
    fit, others = [], []
    for run in of_runs:
        found = [one for one in run.files if by_types and one.held is not None and one.held.fits]
        fit.append(Files(run.plan, found))
        others.append(Files(run.plan, [one for one in run.files if one not in found]))
    return fit, others


def _records(engine: Engine, record: sch.Schema, of_runs: Iterable[Files]) -> ir.Table:
    """Return the records of some files, with the run of each."""
    parts = [
        of_run(
            engine.records([one.path for one in run.files], record),
            run.plan.run,
            synthetic=run.plan.synthetic,
        )
        for run in of_runs
        if run.files
    ]
    if not parts:
        return of_run(engine.nothing(record), "", synthetic=False)
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
