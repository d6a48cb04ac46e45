"""Columns that the tables of several endpoints have, and those that the transforms know by name."""

from harvester.zones.schema import Column

ASKED = "the id asked for: `tt0111161`, or TMDB's own as `movie:278`, `tv:1399`"

RUN = (
    Column("run", "string", "plan", "the run it is from"),
    Column("synthetic", "boolean", "plan", "whether that run asked a simulator"),
)

OTHER_ID = Column(
    "names_other_imdb_id",
    "boolean",
    "record, imdb_id",
    "whether that is another one than was asked for; false where none was asked for or named",
)
"""Two IMDb ids of one title happen: `/find` knows both, and details name one."""

OUTSIDE_BODY = ("record", "plan", OTHER_ID.source)
"""The sources of the columns that no body gives, or not alone."""

PLACE = ("part", "position")
"""The columns of an item that say where it stands, which it does not say itself."""
