"""The columns that every table about a title has."""

from harvester.zones.schema import Column

OF_TITLE = (
    Column("title_id", "string", "", "the title", required=True, references="dim_title"),
    Column("imdb_id", "string", "", "its IMDb id; null without one"),
)
