"""`harvester query`: questions in SQL to what the lake holds."""

import sys
from pathlib import Path
from typing import Annotated, AnyStr

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.output import ensure_written, show, write_json
from harvester.errors import SettingError
from harvester.extras import require_zones
from harvester.regular_file import NoRegularFile, open_regular

_MOST_SQL = 1 << 18
"""Bytes; what DuckDB's parser makes of each may take 2 KB."""


def query_command(
    sql: Annotated[
        str | None,
        typer.Argument(metavar="SQL", help="what to ask; none = a prompt, or standard input"),
    ] = None,
    *,
    file: Annotated[
        str | None, typer.Option("--file", "-f", metavar="FILE", help="where the SQL is")
    ] = None,
    list_views: Annotated[
        bool, typer.Option("--list", help="name the tables and columns, and what they mean")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="print CSV to stdout")] = False,
    as_json: options.Json = False,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="FILE", help="write a Parquet file")
    ] = None,
    lake: options.Lake = None,
    local: options.Local = False,
) -> None:
    """Answer SQL about the lake's tables and records; it reads, and never writes.

    Examples:
        harvester query --local "SELECT title, year FROM dim_title ORDER BY year LIMIT 10"
        harvester query --lake s3://my-lake -f films.sql --csv > films.csv
        harvester query --list                             # tables, columns, what they mean
    """
    if sum((as_csv, as_json, parquet is not None)) > 1:
        raise SettingError("--csv, --json and --parquet are three ways: give one")
    require_zones("this command")
    if list_views:
        _list(as_json=as_json)
        return
    where = settings.lake_of({"lake": lake}, local=local)
    from harvester.cli.querying import Form, answer_all, open_prompt  # noqa: PLC0415 - not for --help

    form = Form("csv" if as_csv else "json" if as_json else "table", parquet)
    text = _text(sql, file)
    if text is not None:
        answer_all(where, text, form)
    else:
        open_prompt(where, form)


def _text(sql: str | None, file: str | None) -> str | None:
    """Return the SQL that was given, or None for a prompt. Raises `SettingError`."""
    if sql is not None and file is not None:
        raise SettingError("SQL and --file are two questions: give one")
    try:
        if file is not None and file != "-":
            with open_regular(Path(file)) as opened:
                return _bounded(opened.read(_MOST_SQL + 1)).decode()
        if file is None and sql is None and sys.stdin.isatty() and sys.stdout.isatty():
            return None
        return _bounded(sys.stdin.read(_MOST_SQL + 1)) if sql is None else sql
    except NoRegularFile as error:
        raise SettingError(
            f"--file {file} can't be read: {error.strerror}; `-f -` reads standard input"
        ) from None
    except OSError as error:
        raise SettingError(f"--file {file} can't be read: {error.strerror}") from None
    except ValueError:  # no UTF-8, or a path that is none
        raise SettingError("the SQL can't be read: it must be a file's text, in UTF-8") from None


def _bounded(text: AnyStr) -> AnyStr:
    if len(text) > _MOST_SQL:
        raise SettingError(f"the SQL has more than {_MOST_SQL:,} bytes: ask for less at once")
    return text


def _list(*, as_json: bool) -> None:
    from harvester.cli.console.views import view_lines  # noqa: PLC0415 - not for --help
    from harvester.zones.query.views import all_views  # noqa: PLC0415 - as above

    views = all_views()
    if as_json:
        write_json([view.plain() for view in views])
    else:
        show(*view_lines(views))
        ensure_written()
