"""DuckDB's errors as one sentence, which says what to do where that is known."""

import re
from collections.abc import Iterable

import duckdb

from harvester.errors import UserError
from harvester.hints import nearest

_MOST = 500
_KIND = re.compile(r"\A[A-Z][A-Za-z ]* Error: ")
_LINE = re.compile(r"\n\s*LINE (\d+): ")
_NO_TABLE = re.compile(r'Table with name "?(.+?)"? does not exist')
_LIST = "`harvester query --list` names tables and columns"


def sentence(error: duckdb.Error, tables: Iterable[str] = ()) -> UserError:
    """Return the error of SQL that DuckDB can't answer; `tables` are those that there are."""
    text = str(error)
    line = _LINE.search(text)
    said = text[: line.start()] if line else text
    said = " ".join(_KIND.sub("", said).split())
    where = f" in line {line[1]}" if line else ""
    if isinstance(error, duckdb.CatalogException) and (lost := _NO_TABLE.search(said)):
        return no_table(lost[1], tables)
    if isinstance(error, duckdb.ParserException):
        return UserError(f"the SQL can't be read{where}: {_short(said)}")
    if isinstance(error, duckdb.CatalogException | duckdb.BinderException):
        said = said.replace("! Candidate bindings: ", "; near it: ")
        return UserError(f"the SQL can't be answered{where}: {_short(said)}; {_LIST}")
    if isinstance(error, duckdb.PermissionException):
        return UserError(f"query reads only the tables of the lake: {_LIST}")
    if isinstance(error, duckdb.OutOfMemoryException):
        return UserError("the answer needs more memory than query takes: ask for less at once")
    return UserError(f"the SQL can't be answered{where}: {_short(said)}")


def no_table(name: str, tables: Iterable[str]) -> UserError:
    """Return the error of a name that no table has; `tables` are those that there are."""
    return UserError(f"there is no table {name}{nearest(name, list(tables))}: {_LIST}")


def _short(text: str) -> str:
    text = text.rstrip(".!")
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"
