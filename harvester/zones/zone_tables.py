"""All declared tables of Refined and Trusted, with the names and folders they have in a lake."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from harvester.zones.refined import tables as refined_tables
from harvester.zones.schema import Table
from harvester.zones.trusted import local_tables
from harvester.zones.trusted.endpoints import ORIGIN_TABLES


@dataclass(frozen=True, slots=True)
class ZoneTable:
    """A declared table; `name` is the one that SQL knows it by within its zone.

    A `partitioned` one has a folder a date below `folder`, which is a key that ends in `/`.
    """

    zone: Literal["refined", "trusted"]
    name: str
    table: Table
    folder: str
    partitioned: bool = False

    @property
    def flat_name(self) -> str:
        """Its name where all tables share one schema, as in Glue's database."""
        return self.name if self.zone == "refined" else f"{self.zone}_{self.name}"


def zone_tables() -> Iterator[ZoneTable]:
    """Yield all of them, Refined's first, each of those after the tables it references."""
    for table in refined_tables.TABLES:
        yield ZoneTable("refined", table.name, table, f"{refined_tables.ROOT}{table.name}/")
    for table in local_tables.TABLES:
        yield _of_trusted(local_tables.ROOT, table, partitioned=False)
    for origin in ORIGIN_TABLES.values():
        for table in origin.tables:
            yield _of_trusted(origin.root, table, partitioned=True)


def trusted_name(root: str, table: Table) -> str:
    """Return a table's name by its place: `TMDB/Parquet/Movies/details` is `tmdb_movies_details`.

    `root` is its zone's, of its origin: `Trusted/TMDB/Parquet/`. Pure.
    """
    return f"{root.split('/')[1]}_{table.name}".replace("/", "_").casefold()


def _of_trusted(root: str, table: Table, *, partitioned: bool) -> ZoneTable:
    name = trusted_name(root, table)
    return ZoneTable("trusted", name, table, f"{root}{table.name}/", partitioned)
