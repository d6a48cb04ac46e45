"""Each declared table and each endpoint has one view, whose names SQL takes unquoted."""

import re

from harvester.origins.table import ORIGINS
from harvester.zones.query.views import all_views, by_name
from harvester.zones.refined import tables as refined_tables


def test_each_table_and_endpoint_has_a_view() -> None:
    """Refined's under their own names, with `title`; the records of every endpoint of TMDB."""
    views = all_views()
    refined = [view.name for view in views if view.zone == "refined"]
    assert refined == [*(table.name for table in refined_tables.TABLES), "title"]
    raw = {view.endpoint for view in views if view.zone == "raw"}
    assert raw == {name for origin in ORIGINS.values() for name in origin.endpoints}
    folders = [view.folder for view in views if view.zone != "raw"]
    assert len(set(folders)) == len(folders)


def test_names_are_plain_and_no_two_are_equal() -> None:
    """Letters, digits and `_`, in lower case; a schema has each name once."""
    views = all_views()
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", view.name) for view in views)
    assert len({(view.zone, view.name) for view in views}) == len(views)
    named = by_name(views)
    assert named["", "dim_title"] is named["refined", "dim_title"]
    assert named["", "raw_find"].endpoint == "find"
    assert named["trusted", "tmdb_movies_details"].folder == "Trusted/TMDB/Parquet/Movies/details/"
    assert named["trusted", "local_movies"].folder == "Trusted/Local/Parquet/Movies/"
    assert ("", "tmdb_find") not in named


def test_every_column_says_what_it_is() -> None:
    """A type, and a description that names what it refers to."""
    for view in all_views():
        assert view.description
        for column in view.columns:
            assert column.type
    (title,) = [view for view in all_views() if view.shown == "dim_title"]
    (language,) = [column for column in title.columns if column.name == "original_language"]
    assert language.description.endswith("→ dim_language")
    assert title.plain()["columns"][0]["type"] == "VARCHAR"
