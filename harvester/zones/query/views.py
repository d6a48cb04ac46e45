"""The views that SQL sees: declared tables of both zones, `title`, each endpoint's records."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from harvester.origins.table import ORIGINS
from harvester.zones.column_types import duckdb_type
from harvester.zones.ddl.create import meaning
from harvester.zones.ddl.title_view import READ_BY_TITLE, TITLE, title_query
from harvester.zones.schema import Column
from harvester.zones.zone_tables import ZoneTable, zone_tables

Zone = Literal["refined", "trusted", "raw"]


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of a view, its type in DuckDB's words."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class View:
    """One view: of a zone's table, which lies in `folder`, or of an endpoint's records in Raw.

    A `partitioned` table has a folder a date, which becomes the column `dt`. One with `sql` has no
    files of its own: it is made of the views `made_of` of its zone.
    """

    zone: Zone
    name: str
    description: str
    columns: tuple[ViewColumn, ...]
    folder: str = ""
    endpoint: str = ""
    partitioned: bool = False
    sql: str = ""
    made_of: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The shortest name by which SQL finds it."""
        return f"trusted.{self.name}" if self.zone == "trusted" else self.name

    def plain(self) -> dict[str, Any]:
        """Return it as `--list --json` prints it."""
        columns = [asdict(column) for column in self.columns]
        return {"name": self.shown, "description": self.description, "columns": columns}


DATE = ViewColumn("dt", "DATE", "the date of the runs that the row is from, UTC")

RAW_COLUMNS = (
    ViewColumn("id", "VARCHAR", "the title, as asked for"),
    ViewColumn("imdb_id", "VARCHAR", "the IMDb id asked for, else the one its API names"),
    ViewColumn("tmdb_id", "BIGINT", "TMDB's id; null without one, and in records of others"),
    ViewColumn("origin_id", "VARCHAR", "the title's id at another origin than TMDB"),
    ViewColumn("media_type", "VARCHAR", "`movie` or `tv`; null in records of others"),
    ViewColumn("language", "VARCHAR", "the language asked for"),
    ViewColumn("fetched_at", "TIMESTAMP", "when the API answered, UTC"),
    ViewColumn("response", "JSON", "the body"),
    ViewColumn("origin", "VARCHAR", "the API that answered"),
    ViewColumn("run", "VARCHAR", "the run it is from"),
    ViewColumn("synthetic", "BOOLEAN", "whether that run asked a simulator"),
)


def all_views() -> list[View]:
    """Return every view: Refined's, Trusted's, then the records."""
    stored = [_stored(one) for one in zone_tables()]
    refined = [view for view in stored if view.zone == "refined"]
    trusted = [view for view in stored if view.zone == "trusted"]
    return [*refined, _title(), *trusted, *_raw()]


def by_name(views: Iterable[View]) -> dict[tuple[str, str], View]:
    """Return the views by the schema and name that SQL may give; no schema is `""`."""
    found = {}
    for view in views:
        if view.zone != "trusted":
            found["", view.name] = view
        if view.zone != "raw":
            found[view.zone, view.name] = view
    return found


def _title() -> View:
    return View(
        "refined",
        TITLE.name,
        TITLE.description,
        _columns(TITLE.columns),
        sql=title_query(),
        made_of=tuple(table.name for table in READ_BY_TITLE),
    )


def _raw() -> Iterator[View]:
    names = dict.fromkeys(name for origin in ORIGINS.values() for name in origin.endpoints)
    for name in names:
        description = f"A row a record of `{name}` that a manifest names, of every run not expired."
        yield View("raw", f"raw_{name}", description, RAW_COLUMNS, endpoint=name)


def _stored(one: ZoneTable) -> View:
    columns = _columns(one.table.columns)
    return View(
        one.zone,
        one.name,
        one.table.description,
        (*columns, DATE) if one.partitioned else columns,
        folder=one.folder,
        partitioned=one.partitioned,
    )


def _columns(declared: Iterable[Column]) -> tuple[ViewColumn, ...]:
    return tuple(
        ViewColumn(
            column.name,
            duckdb_type(column.dtype),
            meaning(column),
        )
        for column in declared
    )
