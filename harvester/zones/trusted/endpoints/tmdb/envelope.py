"""What TMDB's records have in common, whatever their endpoint."""

import ibis.expr.schema as sch

from harvester.zones.schema import Column
from harvester.zones.trusted.endpoints.columns import ASKED, RUN

RECORD = sch.Schema(
    {
        "id": "string",
        "imdb_id": "string",
        "tmdb_id": "int64",
        "media_type": "string",
        "language": "string",
        "fetched_at": "string",
        "response": "string",
    }
)
"""What a record is read as. One of a plan of version 1 has no `id`, which is null then."""

NAMED_ID = "the IMDb id asked for, else the one TMDB names; null without one"

ENVELOPE = (
    Column("title_id", "string", "record", ASKED, required=True),
    Column("imdb_id", "string", "record", NAMED_ID),
    Column("tmdb_id", "int64", "record", "TMDB's id; null when TMDB knows no such title"),
    Column("language", "string", "record", "the language asked for; null for TMDB's default"),
    Column("fetched_at", "timestamp", "record", "when TMDB answered, UTC"),
    *RUN,
)
