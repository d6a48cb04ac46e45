"""One date's tables as they are built in scratch, and what is checked of them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis

from harvester.stores.files import remove_whole
from harvester.zones import quality
from harvester.zones.counting import count_of, whole
from harvester.zones.engines import Engine
from harvester.zones.quality import Check
from harvester.zones.schema import Table, declared
from harvester.zones.trusted.empty_lists import write_empty_lists
from harvester.zones.trusted.endpoints.columns import OTHER_ID
from harvester.zones.trusted.endpoints.endpoint import EMPTY_LISTS, Endpoint
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.fitting import as_moment
from harvester.zones.trusted.manifests import Day
from harvester.zones.trusted.read_files import Files, Read, read_files
from harvester.zones.trusted.records import Transformed
from harvester.zones.trusted.written import written, written_empty
from harvester.zones.workspace import Workspace


@dataclass(slots=True)
class BuiltDay:
    """One date's tables as they are built in scratch, and what was checked of them."""

    day: Day
    work: Workspace
    checks: list[Check] = field(default_factory=list)
    reject_folders: list[str] = field(default_factory=list)
    empty_folders: list[str] = field(default_factory=list)

    def outcomes(self, engine: Engine, staged: str, titles: int) -> None:
        """Write what became of each title."""
        rows = engine.parquet(staged)
        moments = {name: as_moment(rows[name]) for name in ("finished_at", "fetched_at")}
        rows = rows.mutate(**moments)
        self._write(engine, self.day.tables.outcomes, rows)
        label = self._label(self.day.tables.outcomes)
        count = count_of(engine, rows)
        self.checks.append(quality.equal(label, "titles = manifests' titles", count, titles))

    def table(self, engine: Engine, endpoint: Endpoint, of_runs: list[Files], wanted: int) -> None:
        """Write one table and its rejects, from the record files of each run."""
        if not of_runs:
            self._write_empty(engine, endpoint.table)
            return
        if engine.refusal is None:
            self._table(engine, endpoint, of_runs, wanted, by_types=False)
            return
        try:
            self._table(engine, endpoint, of_runs, wanted, by_types=True)
        except engine.refusal:
            remove_whole(Path(self._where(endpoint.table)[0]), ignore_errors=True)
            self._table(engine, endpoint, of_runs, wanted, by_types=False)

    def _table(
        self,
        engine: Engine,
        endpoint: Endpoint,
        of_runs: list[Files],
        wanted: int,
        *,
        by_types: bool,
    ) -> None:
        table, record = endpoint.table, self.day.tables.record
        where, label = self._where(table)
        read = read_files(engine, endpoint, record, of_runs, self.work.scratch, by_types=by_types)
        of_table = written(engine, table, read.rows, where, label)
        self.checks.append(
            quality.equal(label, "records = manifests' records", read.records, wanted)
        )
        self.checks += of_table
        rows = next(whole(check.found) for check in of_table if check.name == quality.ROWS)
        items, records = self._rejects(engine, table, read.misfits)
        self._empty(engine, table, read)
        self.checks.append(Check(label, "superseded", read.superseded))
        self.checks.append(Check(label, "rejects", records + items))
        if OTHER_ID in table.columns:
            found = engine.parquet(where)
            others = count_of(engine, found.filter(found[OTHER_ID.name]))
            self.checks.append(Check(label, "another IMDb id named", others))
        if endpoint.arrays:
            name, out, wanted = "items = rows + rejects", rows + items, read.items
        else:
            name, out, wanted = (
                "records = rows + rejects",
                rows + records,
                read.records - read.superseded,
            )
        self.checks.append(quality.equal(label, name, out, wanted))
        engine.drop_kept()

    def _rejects(
        self, engine: Engine, table: Table, misfits: Transformed | None
    ) -> tuple[int, int]:
        """Write what does not fit; return how many items and records that is."""
        if misfits is None:
            return 0, 0
        where = self.work.place(f"rejects/{self.place(table)}")
        rejects = self.day.tables.rejects
        engine.write(declared(rejects, misfits.rejects(rejects)), where)
        self.reject_folders.append(where)
        counts = engine.rows(misfits.counts())[0]
        return whole(counts["rejected_items"]), whole(counts["rejected_records"])

    def _empty(self, engine: Engine, table: Table, read: Read) -> None:
        """Write which records have an empty list."""
        where = f"empty/{self.place(table)}"
        if any(found for _, found in read.empty):
            path = self.work.scratch / f"{where}.parquet"
            write_empty_lists(table, read.empty, path)
            self.empty_folders.append(str(path))
        if read.more_empty is not None:
            place = self.work.place(where)
            engine.write(declared(EMPTY_LISTS, read.more_empty), place)
            self.empty_folders.append(place)

    def joined(self, engine: Engine) -> None:
        """Write the rejects of all tables as one, and the empty lists."""
        tables = self.day.tables
        self._join(engine, tables.rejects, self.reject_folders)
        if EMPTY_LISTS in tables.tables:
            self._join(engine, EMPTY_LISTS, self.empty_folders)

    def _join(self, engine: Engine, table: Table, folders: list[str]) -> None:
        if not folders:
            self._write_empty(engine, table)
            return
        parts = [declared(table, engine.parquet(folder)) for folder in folders]
        self._write(engine, table, ibis.union(*parts) if len(parts) > 1 else parts[0])

    def _write(self, engine: Engine, table: Table, rows: Any) -> None:
        self.checks += written(engine, table, rows, *self._where(table))

    def _write_empty(self, engine: Engine, table: Table) -> None:
        self.checks += written_empty(engine, table, *self._where(table))

    def _where(self, table: Table) -> tuple[str, str]:
        """Return where a table is written, and what its checks call it."""
        return self.work.place(self.place(table)), self._label(table)

    def place(self, table: Table) -> str:
        """Return the name of a table among those of this build."""
        return f"{self.day.origin}/{self.day.date}/{table.name}"

    def _label(self, table: Table) -> str:
        origin = "" if self.day.tables is TMDB else f"{self.day.origin}/"
        return f"{origin}{table.name} {self.day.date}"
