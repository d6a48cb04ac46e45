"""Refined as one file or folder for programs that read no lake: DuckDB, SQLite, CSV.

`target` says which of them, `star` reads the tables, and `duckdb_file`, `sqlite_file` and
`csv_folder` write them; `export` puts the whole in place.
"""
