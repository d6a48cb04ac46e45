"""One title, however it was asked for: the id that each asked one becomes in Refined.

A title asked for by TMDB's id takes the IMDb id that was asked for the same title of TMDB, else the
newest one that TMDB named for it, else it keeps its own. No two titles of TMDB become one, even
where both name the same IMDb id, as a film and a series sometimes do.
"""

import ibis
import ibis.expr.types as ir

OUTCOME_MOMENTS = ("fetched_at", "finished_at")
"""What an outcome's age is judged by, beside the date of its run, which may go on days later."""
_NEWEST = [ibis.desc("fetched_at"), ibis.desc("dt"), ibis.desc("finished_at")]


def title_ids(outcomes: ir.Table) -> ir.Table:
    """Return a row for each id asked for: `asked`, `title_id`, `imdb_id` and `same_as`.

    `outcomes` is Trusted's table of all dates, its `title_id` as `asked`. Of several IMDb ids asked
    for one title of TMDB each stays a title; `same_as` is the least of the others, else null.
    """
    latest = standing(outcomes, "asked")
    is_imdb = latest["asked"].startswith("tt")
    by_imdb = _by_imdb(latest.filter(is_imdb))
    by_tmdb = _by_tmdb(latest.filter(~is_imdb).select("asked"), by_imdb, outcomes)
    return by_imdb.drop("at_tmdb").union(by_tmdb)


def standing(outcomes: ir.Table, key: str) -> ir.Table:
    """Return one outcome of each key: harvested when it ever was, else the newest."""
    rows = outcomes.mutate(worse=ibis.ifelse(outcomes["outcome"] == "harvested", 0, 1))
    order = [ibis.asc("worse"), *_NEWEST, ibis.asc("asked")]
    return first_of(rows, key, order).drop("worse")


def first_of(rows: ir.Table, key: str | list[str], order: list[ir.Value]) -> ir.Table:
    """Return the first row of each key."""
    window = ibis.window(group_by=key, order_by=order)
    ranked = rows.mutate(rank_=ibis.row_number().over(window))
    return ranked.filter(ranked["rank_"] == 0).drop("rank_")


def with_(left: ir.Table, right: ir.Table, key: str) -> ir.Table:
    """Join a table that has at most a row a key."""
    joined = left.left_join(right, key)
    return joined.drop(f"{key}_right") if f"{key}_right" in joined.columns else joined


def resolved(rows: ir.Table, ids: ir.Table) -> ir.Table:
    """Give rows of Trusted the ids of Refined; what was recorded is `asked`."""
    return with_ids(rows.drop("imdb_id").rename(asked="title_id"), ids)


def with_ids(asked: ir.Table, ids: ir.Table) -> ir.Table:
    """Give rows by what was `asked` the ids of Refined."""
    joined = with_(asked, ids.drop("same_as"), "asked")
    return joined.mutate(title_id=ibis.coalesce(joined["title_id"], joined["asked"]))


def _by_imdb(latest: ir.Table) -> ir.Table:
    """Return the IMDb ids asked for; `at_tmdb` is what TMDB calls the title, as `movie:278`."""
    rows = latest.select(
        "asked",
        title_id="asked",
        imdb_id="asked",
        at_tmdb=latest["media_type"].concat(":", latest["tmdb_id"].cast("string")),
    )
    window = ibis.window(group_by="at_tmdb", order_by="asked")
    least = rows["asked"].first().over(window)
    other = ibis.ifelse(rows["asked"] == least, rows["asked"].lead().over(window), least)
    return rows.mutate(same_as=ibis.ifelse(rows["at_tmdb"].notnull(), other, ibis.null("string")))


def _by_tmdb(asked: ir.Table, by_imdb: ir.Table, outcomes: ir.Table) -> ir.Table:
    """Return the TMDB ids asked for."""
    given = first_of(outcomes.filter(outcomes["imdb_id"].notnull()), "asked", _NEWEST)
    named = asked.inner_join(given.select("asked", "dt", *OUTCOME_MOMENTS, name="imdb_id"), "asked")
    matched = by_imdb.filter(by_imdb["at_tmdb"].notnull())

    # An IMDb id asked for the same title: the one that TMDB names, else the least.
    of_imdb = matched.select("same_as", asked="at_tmdb", of_imdb="imdb_id")
    same = asked.inner_join(of_imdb, "asked")
    same = with_(same, named.select("asked", "name"), "asked")
    same = same.mutate(other=ibis.ifelse(same["of_imdb"] == same["name"], 0, 1))
    same = first_of(same, "asked", [ibis.asc("other"), ibis.asc("of_imdb")])

    # Else a name that is no other title's.
    free = named.anti_join(same, "asked").anti_join(matched.select(name="imdb_id"), "name")
    free = first_of(free, "name", [*_NEWEST, ibis.asc("asked")])

    wide = with_(asked, named.select("asked", "name"), "asked")
    wide = with_(wide, same.select("asked", "of_imdb", "same_as"), "asked")
    wide = with_(wide, free.select("asked", of_name="name"), "asked")
    return wide.select(
        "asked",
        "same_as",
        title_id=ibis.coalesce(wide["of_imdb"], wide["of_name"], wide["asked"]),
        imdb_id=ibis.coalesce(wide["of_imdb"], wide["name"]),
    ).select("asked", "title_id", "imdb_id", "same_as")
