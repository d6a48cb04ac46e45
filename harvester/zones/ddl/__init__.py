"""`harvester describe --ddl`: the declared tables as CREATE statements of three databases.

`title_view` is the flat view of them, `create` the statements of DuckDB and PostgreSQL, `athena`
those of Athena; `ddl` writes them all.
"""
