"""The newest credits of each title → `fact_cast` and `dim_person`.

They are most of a lake's rows, so nothing that takes memory a row is done with them: no window, no
copy, and what is grouped by is a number.
"""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from harvester.zones.counting import count_of
from harvester.zones.engines import Engine
from harvester.zones.parts import hash_of, parted
from harvester.zones.refined.latest import Trusted, newest_lists, rows_of, sets_of
from harvester.zones.refined.tables import FACT_CAST

_NAMES = (
    *("part", "position", "person_id", "name", "gender", "known_for_department", "popularity"),
    *("profile_path", "character", "order", "department", "job", "credit_id"),
)
"""The columns of Trusted that are read."""
_GENDERS = ((1, "female"), (2, "male"), (3, "non-binary"))
_POSITIONS = 2**22
"""More items than a list of a body of 10 MB can have."""


@dataclass(frozen=True, slots=True)
class Credits:
    """The rows of the newest credits of each title, and the hashes of keys that several may have.

    `place` numbers the titles, the newest credits first.
    """

    rows: ir.Table
    double: ir.Table

    def cast(self) -> ir.Table:
        """Return a row a title, person and role; one that TMDB has twice counts once."""
        rows = _hashed(self.rows)
        several = rows.semi_join(self.double, "hash_")
        once = several.group_by(["imdb_id", *FACT_CAST.key]).aggregate(
            department=several["department"].min(),
            billing=several["billing"].min(),
            credit_id=several["credit_id"].min(),
        )
        names = [column.name for column in FACT_CAST.columns]
        return rows.anti_join(self.double, "hash_").select(names).union(once.select(names))

    def people(self) -> ir.Table:
        """Return each person as the newest credits have them."""
        of_part = ibis.ifelse(self.rows["part"] == "cast", 0, _POSITIONS)
        place: Any = self.rows["place"] * (2 * _POSITIONS) + of_part + self.rows["position"]
        rows = self.rows.mutate(place=place)
        newest = rows.group_by("person_id").aggregate(place=rows["place"].min())
        first = rows.semi_join(newest, "place")
        return first.mutate(
            gender=ibis.cases(
                *((first["gender"] == number, name) for number, name in _GENDERS), else_=None
            )
        )


def newest_credits(engine: Engine, trusted: Trusted, ids: ir.Table) -> Credits:
    """Find the newest credits of each title, and what they have twice; `ids` as `title_ids` has."""
    order = [ibis.desc("fetched_at"), ibis.asc("title_id")]
    lists = newest_lists(trusted, ids, "credits")
    lists = lists.mutate(place=ibis.row_number().over(ibis.window(order_by=order)))
    lists = engine.keep("newest_credits", lists)
    rows = sets_of(trusted, "credits", lists, ("place", *_NAMES))
    count = count_of(engine, rows_of(trusted, "credits"))  # of old ones, too: no join, and enough
    hashes = _hashed(rows).select("hash_")
    parts = parted(hashes, hashes["hash_"], count)
    if len(parts) > 1:  # else each would compute them all again
        hashes = engine.keep("credit_hashes", hashes)
        parts = parted(hashes, hashes["hash_"], count)
    double = [
        engine.keep(f"double_credits_{number}", _several(part)) for number, part in enumerate(parts)
    ]
    return Credits(rows, ibis.union(*double) if len(double) > 1 else double[0])


def _several(hashes: ir.Table) -> ir.Table:
    counted = hashes.group_by("hash_").aggregate(rows_=hashes.count())
    return counted.filter(counted["rows_"] > 1).select("hash_")


def _hashed(rows: ir.Table) -> ir.Table:
    """Return what `fact_cast` says of each row, with `hash_`, the hash of its key there."""
    acts = rows["part"] == "cast"
    found = rows.select(
        *("title_id", "imdb_id", "person_id", "character", "credit_id"),
        role=rows["part"],
        department=ibis.ifelse(acts, "Acting", rows["department"]),
        job=ibis.ifelse(acts, "Actor", rows["job"]),
        billing=ibis.ifelse(acts, rows["order"], ibis.null("int64")),
    )
    return found.mutate(hash_=hash_of(found, FACT_CAST.key))
