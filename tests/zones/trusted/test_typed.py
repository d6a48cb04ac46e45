"""Bodies that are read by their types give the rows that are read of them key by key."""

import contextlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis.expr.datatypes as dt
import pytest

from harvester.zones.engines import Engine, open_engine
from harvester.zones.schema import declared
from harvester.zones.trusted.body_types import body_columns, body_type
from harvester.zones.trusted.endpoints import ORIGIN_TABLES
from harvester.zones.trusted.endpoints.endpoint import Endpoint, OriginTables
from harvester.zones.trusted.records import of_run, transform
from harvester.zones.trusted.strict import StrictReader
from harvester.zones.trusted.typed import typed_record, typed_rows

_QUICK = ("Movies/credits", "Episodes")
_TYPED = [
    pytest.param(
        tables,
        endpoint,
        id=f"{tables.origin}-{endpoint.table.name}",
        marks=() if endpoint.table.name in _QUICK else pytest.mark.slow,
    )
    for tables in ORIGIN_TABLES.values()
    for endpoint in tables.endpoints
    if body_type(endpoint) is not None
]
_TEXTS = (
    'A "b" \\ \u00e9 \u2028\u0000',
    "",
    "5",
    "null",
    "[",
    "2001-02-03",
    "\U0001f600",
    "\ud83d",
)
_GOOD: dict[type[dt.DataType], tuple[Any, ...]] = {
    dt.Int64: (0, -1, 10**18 - 1, -(10**18) + 1, 5, 7, 9),
    dt.Float64: (0.1, 5, 1e-7, 1.7976931348623157e308, -2.5, 12345678901234567890123, 4.35),
    dt.String: _TEXTS[:-1],
    dt.Boolean: (True, False, True, True, False, False, True),
    dt.Date: ("2001-02-03", "", "1999-12-31", "2024-02-29", "0001-01-01", "9999-12-31", ""),
    dt.Timestamp: (
        "2012-06-06T23:00:00-04:00",
        "",
        "2012-06-06T23:00:00Z",
        "1999-12-31T23:59:59+05:30",
        "2024-02-29T00:00:00+00:00",
        "0001-01-02T00:00:00Z",
        "2012-06-06T00:00:00+14:00",
    ),
}
_WRONG: dict[type[dt.DataType], tuple[Any, ...]] = {
    dt.Int64: ("5", 5.7, 5.0, 10**18, True, [], {}, "null"),
    dt.Float64: ("5", True, [], {}, "null"),
    dt.String: (5, 5.5, True, [], {}, ["a"]),
    dt.Boolean: ("true", 1, 0, [], {}),
    dt.Date: (5, "2001-02-30", "2001-2-3", "0000-01-01", "20010203", "2001-W01-1", "x", []),
    dt.Timestamp: (5, "2001-02-30T00:00:00Z", "2012-06-06T24:00:00Z", "2012-06-06", "later", {}),
    dt.Array: (5, "[]", {}, [None], [[[None]]]),
    dt.Struct: (5, "{}", [], [{}]),
}


def _good(dtype: dt.DataType, n: int) -> Any:
    """Return the n-th value of a type; of objects and lists some values are missing or null."""
    if isinstance(dtype, dt.Array):
        return [_good(dtype.value_type, n + k) for k in range(n % 3)]
    if not isinstance(dtype, dt.Struct):
        return _GOOD[type(dtype)][n % 7]
    found: dict[str, Any] = {"new": {"a": [n]}}
    for place, (key, inner) in enumerate(dtype.fields.items()):
        if (n + place) % 5 != 4:
            found[key] = None if (n + place) % 5 == 3 else _good(inner, n + place)
    return found


def _with_required(endpoint: Endpoint, body: Any) -> Any:
    """Fill in the values that no row may lack."""
    rows = [body]
    if endpoint.arrays:
        lists = [body] if isinstance(body, list) else [body.get(key) for key in endpoint.arrays]
        rows = [row for one in lists for row in one or ()]
    for row, column in itertools.product(rows, body_columns(endpoint)):
        if column.required:
            _put(row, column.source.split("."), _GOOD[type(column.dtype)][2])
    return body


def _put(row: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        if row.get(key) is None:
            row[key] = {}
        row = row[key]
    if row.get(keys[-1]) is None:
        row[keys[-1]] = value


def _wrong(dtype: dt.DataType, n: int) -> Iterator[Any]:
    """Yield values that are wrong in one place each."""
    yield from _WRONG[type(dtype)]
    if isinstance(dtype, dt.Array):
        yield from ([one] for one in _wrong(dtype.value_type, n))
    elif isinstance(dtype, dt.Struct):
        for key, inner in dtype.fields.items():
            yield from ({key: one} for one in _wrong(inner, n))


def _file(tables: OriginTables, bodies: list[Any]) -> bytes:
    envelope: dict[str, Any] = {"fetched_at": "2026-11-24T07:00:00Z", "endpoint": "e"}
    envelope |= {"tmdb_id": 1} if "tmdb_id" in tables.record else {"origin_id": 1}
    records = (
        {"id": f"tt{n:07d}", "imdb_id": None, **envelope, "response": body}
        for n, body in enumerate(bodies)
    )
    return f"[{','.join(map(json.dumps, records))}]".encode()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open DuckDB once for all endpoints."""
    with open_engine("duckdb", tmp_path_factory.mktemp("spill")) as opened:
        yield opened


@pytest.mark.parametrize(("tables", "endpoint"), _TYPED)
def test_the_rows_are_those_of_the_steps_on_tokens(
    tables: OriginTables, endpoint: Endpoint, engine: Engine, tmp_path: Path
) -> None:
    """Texts, numbers and dates at their limits, what is null or missing: all columns alike."""
    body = body_type(endpoint)
    assert body is not None
    bodies = [_with_required(endpoint, _good(body, n)) for n in range(20)]
    path = tmp_path / "r.json"
    path.write_bytes(_file(tables, bodies))
    held = StrictReader(endpoint, tables.record).read(path.name, path.read_bytes(), {"tt0000001"})
    assert held is not None
    assert held.fits
    assert held.records == 20
    (one,) = held.envelopes
    assert one.title_id == "tt0000001"
    found = []
    for record in (typed_record(endpoint, tables.record), tables.record):
        records = of_run(engine.records([str(path)], record), "r", synthetic=False)
        if record == tables.record:
            rows = transform(engine, endpoint, records).rows
        else:
            rows = typed_rows(endpoint, records)
        found.append(sorted(map(repr, engine.rows(declared(endpoint.table, rows)))))
    assert found[0] == found[1]
    assert len(found[0]) == (held.items if endpoint.arrays else 20)


@pytest.mark.parametrize(
    ("tables", "endpoint"), [pytest.param(*one.values, id=one.id) for one in _TYPED]
)
def test_what_an_engine_would_convert_is_not_read_by_types(
    tables: OriginTables, endpoint: Endpoint
) -> None:
    """A wrong value anywhere in a body: the file does not fit, and its records are counted."""
    body = body_type(endpoint)
    assert body is not None
    reader = StrictReader(endpoint, tables.record)
    every = list(_wrong(body, 0))
    assert len(every) > 10
    for wrong in every:
        good = _with_required(endpoint, _good(body, 7))
        with contextlib.suppress(AttributeError, TypeError):  # what is wrong holds no rows
            _with_required(endpoint, wrong)
        held = reader.read("r.json", _file(tables, [good, wrong]), ())
        assert held is not None
        assert not held.fits, wrong
        assert held.records == 2


@pytest.mark.parametrize(
    "body",
    [
        {"cast": [{"id": None}]},
        {"cast": [{"name": "A"}]},
        {"crew": [None]},
        None,
    ],
)
def test_what_becomes_a_reject_is_not_read_by_types(body: Any) -> None:
    """A required value that is missing or null, an item or a body that is null."""
    tables = ORIGIN_TABLES["TMDB"]
    endpoint = next(one for one in tables.endpoints if one.table.name == "Movies/credits")
    held = StrictReader(endpoint, tables.record).read("r.json", _file(tables, [body]), ())
    assert held is not None
    assert not held.fits


def test_envelopes_that_are_not_as_they_should_be() -> None:
    """Nothing is known of the file then; nor of one that is no list of records."""
    tables = ORIGIN_TABLES["TMDB"]
    reader = StrictReader(tables.endpoints[0], tables.record)
    data = _file(tables, [{}])
    assert reader.read("r.json", data, ()) is not None
    for wrong in (data.replace(b'"tmdb_id": 1', b'"tmdb_id": "1"'), data[1:-1], data[:-1]):
        assert reader.read("r.json", wrong, ()) is None
    assert reader.read("r.jsonl", data[1:-1] + b"\n" + data[1:-1] + b"\n", ()) is not None


@pytest.mark.parametrize(
    ("body", "is_empty"),
    [
        ({"cast": [], "crew": []}, True),
        ({"cast": []}, True),
        ({"cast": [], "crew": None}, True),
        ({"cast": [], "crew": [{"id": 1}]}, False),
        ({"cast": None}, False),
        ({}, False),
    ],
)
def test_a_record_with_an_empty_list(body: Any, *, is_empty: bool) -> None:
    """One list at least, and no item in any: its title is told, since no row will be there."""
    tables = ORIGIN_TABLES["TMDB"]
    endpoint = next(one for one in tables.endpoints if one.table.name == "Movies/credits")
    held = StrictReader(endpoint, tables.record).read("r.json", _file(tables, [body]), ())
    assert held is not None
    assert held.fits
    assert [one.title_id for one in held.empty] == (["tt0000000"] if is_empty else [])
