"""How records become tables of Trusted: a declaration an endpoint, and one an origin."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

import ibis.expr.schema as sch

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.columns import ASKED, RUN

BODY = "the body"
"""Stands among an endpoint's `arrays` where the body itself is the array."""


EMPTY_LISTS = Table(
    "EmptyLists",
    "A row a record whose list is empty: it has no row in its own table, and may be the newest.",
    ("table", "title_id", "language"),
    (
        Column("table", "string", "", "the table that it would have rows in", required=True),
        Column("title_id", "string", "record", ASKED, required=True),
        Column("imdb_id", "string", "record", "the IMDb id of its title, if known"),
        Column("language", "string", "record", "the language asked for, where there is such"),
        Column("fetched_at", "timestamp", "record", "when the API answered, UTC"),
        *RUN,
    ),
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One folder of an origin's records, and the table that it becomes; the two have one name.

    Each record is a row, unless `arrays` says under which keys of its body the items are that are
    rows. The table then has `position`, and of several arrays `part` is the key. What is `keyed`
    has objects there instead of arrays, whose values are the items: the source of a column is then
    `key`, or begins with `value.`, and there is no `position`, for an object has no order.
    """

    table: Table
    arrays: tuple[str, ...] = ()
    keyed: bool = False


def declared_in(package: str, path: Iterable[str]) -> tuple[Endpoint, ...]:
    """Return the endpoints that the modules of a package declare, by their tables' names."""
    modules = [import_module(f"{package}.{module.name}") for module in iter_modules(path)]
    found = {
        value.table.name: value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Endpoint)
    }
    return tuple(found[name] for name in sorted(found))


@dataclass(frozen=True, slots=True)
class OriginTables:
    """An origin's tables of Trusted, by its name in the lake's paths.

    `record` is what its records are read as, by the keys of their envelope.
    """

    origin: str
    record: sch.Schema
    endpoints: tuple[Endpoint, ...]
    outcomes: Table
    rejects: Table

    @property
    def root(self) -> str:
        """What the keys of its tables begin with."""
        return f"Trusted/{self.origin}/Parquet/"

    @property
    def tables(self) -> tuple[Table, ...]:
        """All of them."""
        return (*self.read_tables, self.rejects)

    @property
    def read_tables(self) -> tuple[Table, ...]:
        """Those that Refined is made from."""
        lists = (EMPTY_LISTS,) if any(one.arrays for one in self.endpoints) else ()
        return (*(one.table for one in self.endpoints), self.outcomes, *lists)

    @property
    def folders(self) -> frozenset[str]:
        """The folders of records that become tables; what lies in others stays in Raw."""
        return frozenset(one.table.name for one in self.endpoints)
