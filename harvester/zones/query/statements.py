"""What a text asks for: its statements, each of which only reads, and the views they name.

DuckDB itself parses it, and its tree is what counts: since 2.0 a COPY may stand within a SELECT.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import orjson

from harvester.errors import UserError
from harvester.zones.query.sentences import sentence

_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
# Functions in the place of a table that read no file, run no SQL and set nothing.
_FUNCTIONS = {
    *("generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"),
    *("duckdb_columns", "duckdb_functions", "duckdb_keywords", "duckdb_types", "duckdb_views"),
}
_MOST_OPEN = 1_000
"""Parentheses that open one after the other: as deep as DuckDB lets an expression be."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that only reads, and the names of tables in it, be they of its own WITH.

    Each is a schema (or `""`) and a name, in lower case.
    """

    sql: str
    tables: frozenset[tuple[str, str]]


def read_statements(text: str) -> list[Statement]:
    """Return the statements of a text. Raises `UserError` for one that is wrong or may write."""
    try:
        _check_nesting(text)
        found = _parser().extract_statements(text)
    except UnicodeEncodeError:
        raise UserError("the SQL is no text: write it in UTF-8") from None
    except duckdb.Error as error:
        raise sentence(error) from None
    return [_checked(one) for one in found]


def _check_nesting(text: str) -> None:
    """Raise `UserError` for what takes DuckDB's parser memory by the square: 22 GB for 100 KB.

    Raises `UnicodeEncodeError` for what is no text.
    """
    data = text.encode()
    opened = 0
    for at, kind in duckdb.tokenize(text):
        if kind != duckdb.token_type.comment:
            opened = opened + 1 if data[at : at + 1] == b"(" else 0
        if opened > _MOST_OPEN:
            raise UserError("the SQL is nested too deep")


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that is only asked to parse: to open one takes longer than that."""
    return duckdb.connect()


def _checked(statement: duckdb.Statement) -> Statement:
    kind = statement.type.name
    if kind == "MULTI":
        raise UserError("PIVOT needs the values that become columns: PIVOT … ON column IN (…)")
    if kind != "SELECT":
        word = statement.query.split(None, 1)[0].upper()
        raise _refused(word if word.isalpha() else kind)
    tables = set()
    for node in _objects(_tree(statement.query)):
        match node:
            case {"type": str(name)} if name.endswith("_NODE") and name not in _NODES:
                raise _refused(f"{name.partition('_')[0]} within a SELECT")
            case {"type": "TABLE_FUNCTION"}:
                _check_function(node)
            case {"type": "BASE_TABLE" | "SHOW_REF", "table_name": str(name)} if name:
                schema = str(node.get("schema_name") or "")
                tables.add((schema.casefold(), name.strip('"').casefold()))
    return Statement(statement.query, frozenset(tables))


def _check_function(node: dict[str, Any]) -> None:
    match node:
        case {"function": {"function_name": str(name)}} if name.casefold() in _FUNCTIONS:
            return
        case {"function": {"function_name": str(name)}}:
            shown = f"{name}()"
        case _:
            shown = "a function in the place of a table"
    raise UserError(
        f"query reads only the tables of the lake, and refuses {shown}: "
        "`harvester query --list` names them"
    )


def _refused(what: str) -> UserError:
    return UserError(
        f"query only reads, and refuses {what}: "
        "give SELECT, FROM, VALUES, DESCRIBE, SHOW or SUMMARIZE"
    )


def _tree(sql: str) -> Any:
    """Return DuckDB's own parse of a SELECT."""
    try:
        row = _parser().execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
        tree = orjson.loads(row[0]) if row else {}
    except duckdb.Error as error:
        raise sentence(error) from None
    except orjson.JSONDecodeError:
        raise UserError("the SQL is nested too deep") from None
    if tree.get("error") is not False:
        raise UserError(f"the SQL can't be read: {tree.get('error_message')}")
    return tree


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a tree, however deep."""
    todo = [tree]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            yield one
            todo += one.values()
        elif isinstance(one, list):
            todo += one
