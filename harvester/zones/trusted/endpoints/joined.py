"""What the tables of origins have in common that know a title by its IMDb id."""

import ibis.expr.schema as sch

from harvester.zones.schema import Column, Table
from harvester.zones.trusted.endpoints.columns import ASKED, RUN

_IMDB_ID = "the IMDb id asked for, else that of the title asked for by TMDB's id"


def record(origin_id: str) -> sch.Schema:
    """Return what a record is read as; `origin_id` is the type of the origin's own ids."""
    texts = dict.fromkeys(("id", "imdb_id", "fetched_at", "response"), "string")
    return sch.Schema({**texts, "origin_id": origin_id})


def envelope(origin: str, origin_id: str, what: str) -> tuple[Column, ...]:
    """Return the columns that every record's envelope and run give, whatever its body holds."""
    return (
        Column("title_id", "string", "record", ASKED, required=True),
        Column("imdb_id", "string", "record", _IMDB_ID),
        Column("origin_id", origin_id, "record", what),
        Column("fetched_at", "timestamp", "record", f"when {origin} answered, UTC"),
        *RUN,
    )


def outcomes(origin: str) -> Table:
    """Return the table of what became of each title, from the manifests."""
    return Table(
        "Outcomes",
        f"A row a title asked for at {origin}, whatever became of it; retries are merged.",
        ("title_id",),
        (
            Column("title_id", "string", "manifest", ASKED, required=True),
            Column("imdb_id", "string", "manifest", f"{_IMDB_ID}; null without one"),
            Column("kind", "string", "plan", "`movie` or `series`, as its input says"),
            Column("outcome", "string", "manifest", "`harvested`, `unmatched` or `failed`"),
            Column("media_type", "string", "manifest", "`movie` or `tv`, where known"),
            Column("origin_id", "string", "manifest", f"{origin}'s id"),
            Column("reason", "string", "manifest", "why it is not harvested"),
            Column("run", "string", "manifest", "the run whose outcome stands"),
            Column("synthetic", "boolean", "plan", "whether that run asked a simulator"),
            Column("finished_at", "timestamp", "manifest", "when its unit was done, UTC"),
            Column(
                "fetched_at",
                "timestamp",
                "manifest",
                f"when {origin} answered, UTC; where that is not said, when its unit began",
            ),
        ),
    )


def rejects(item: str) -> Table:
    """Return the table of what of an origin's records does not fit; `item` is a part of one."""
    return Table(
        "Rejects",
        "A row a record, or a part of one, that does not fit; nothing is dropped silently.",
        (),
        (
            Column("table", "string", "", "the table it was meant for"),
            Column("title_id", "string", "record", "the id asked for"),
            Column("imdb_id", "string", "record", "the IMDb id of its title, if known"),
            Column("level", "string", "", f"`record`{item}"),
            Column("reason", "string", "", "the key and what is wrong with it"),
            Column("value", "string", "body", "what stands there, the first 200 characters"),
            *RUN,
        ),
    )
