"""A table of a zone, for programs."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from harvester.errors import SettingError
from harvester.extras import require_zones
from harvester.hints import nearest

if TYPE_CHECKING:
    from pyarrow import Table as ArrowTable

    from harvester.zones.query.answer import QueryAnswer
else:
    ArrowTable = Any


def table(lake: str | os.PathLike[str], name: str) -> ArrowTable:
    """Return a table of Refined or Trusted as a pyarrow Table, whole and in memory.

    `lake` is a folder, or `s3://bucket[/prefix]`; `name` is as `harvester query --list` has it:
    `dim_title`, the flat view `title`, `trusted.tmdb_movies_details`. The rows have no order. It is
    read in a thread of its own, so it works inside a running event loop, and blocks it.

    Raises `SettingError` where the extra `zones` is not installed, and for a name or a lake that
    can't be; `LakeError` for a zone that is not built and for what is damaged; `StoreDown`.
    """
    require_zones("harvester.table")
    with ThreadPoolExecutor(1, "harvester-table") as thread:
        return thread.submit(lambda: asyncio.run(_read(os.fspath(lake), name))).result()


async def _read(lake: str, name: str) -> ArrowTable:
    # Here, as `from harvester import table` works without the extra, and then says so.
    from harvester.stores import open_store  # noqa: PLC0415
    from harvester.zones.query.session import open_query_session  # noqa: PLC0415
    from harvester.zones.query.statements import Statement  # noqa: PLC0415
    from harvester.zones.query.views import all_views, by_name  # noqa: PLC0415
    from harvester.zones.sql import quoted  # noqa: PLC0415

    schema, _, last = name.rpartition(".")
    view = by_name(all_views()).get((schema, last))
    if view is None or view.zone == "raw":
        known = [one.shown for one in all_views() if one.zone != "raw"]
        raise SettingError(
            f"Refined and Trusted have no table {name!r}{nearest(name, known)}: "
            "`harvester query --list` names them"
        )
    sql = f"FROM {view.zone}.{quoted(view.name)}"
    statement = Statement(sql, frozenset({(view.zone, view.name)}))
    async with open_store(lake) as store, open_query_session(store) as session:
        return await session.answer(statement, _whole)


def _whole(answer: "QueryAnswer") -> ArrowTable:
    import pyarrow as pa  # noqa: PLC0415 - as above

    schema, batches = answer.arrow()
    return pa.Table.from_batches(batches, schema)
