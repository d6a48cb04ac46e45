"""Any value that DuckDB gives is a text and JSON, numbers with all their digits."""

import json
from decimal import Decimal
from typing import Any

import duckdb
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.zones.query.values import json_document, json_value, text_value

EXAMPLES: dict[str, tuple[str, str]] = {
    "NULL": ("", "null"),
    "true": ("true", "true"),
    "18446744073709551615::UBIGINT": ("18446744073709551615", "18446744073709551615"),
    "170141183460469231731687303715884105727::HUGEINT": (
        "170141183460469231731687303715884105727",
        "170141183460469231731687303715884105727",
    ),
    "1.10::DECIMAL(38, 2)": ("1.10", "1.10"),
    "0.1::DOUBLE": ("0.1", "0.1"),
    "'nan'::DOUBLE": ("nan", "null"),
    "DATE '2020-01-02'": ("2020-01-02", '"2020-01-02"'),
    "DATE '290000-01-01'": ("290000-01-01", '"290000-01-01"'),
    "TIMESTAMP '2020-01-02 03:04:05'": ("2020-01-02 03:04:05", '"2020-01-02T03:04:05"'),
    "TIME '03:04:05'": ("03:04:05", '"03:04:05"'),
    "'ab\\xFF'::BLOB": ("ab\\xFF", '"ab\\\\xFF"'),
    "'a'::ENUM ('a', 'b')": ("a", '"a"'),
    "[1, NULL]": ("[1,null]", "[1,null]"),
    "{'a': [DATE '2020-01-02'], 'b': 1.50::DECIMAL(4, 2)}": (
        '{"a":["2020-01-02"],"b":1.50}',
        '{"a":["2020-01-02"],"b":1.50}',
    ),
    "MAP {2: 'x'}": ('{"2":"x"}', '{"2":"x"}'),
    "array_value(1, 2)": ("[1,2]", "[1,2]"),
    "uuid '00000000-0000-0000-0000-000000000001'": (
        "00000000-0000-0000-0000-000000000001",
        '"00000000-0000-0000-0000-000000000001"',
    ),
}


@pytest.mark.parametrize("sql", EXAMPLES)
def test_each_type(sql: str) -> None:
    """As a cell of a CSV, and as JSON."""
    (value,) = duckdb.connect().execute(f"SELECT {sql}").fetchall()[0]
    assert (text_value(value), orjson.dumps(json_value(value)).decode()) == EXAMPLES[sql]


_ANY: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**127), 2**127)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers() | st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(_ANY)
def test_any_value_is_json(value: Any) -> None:
    """What is read again is equal, but for keys and bytes, which are texts; none raises."""
    read = json.loads(orjson.dumps(json_value(value)))
    if isinstance(value, bool | int | float | str | None):
        assert read == value
    text_value(value)


def test_a_decimal_that_is_no_number() -> None:
    """It is null in JSON, as an infinite double is."""
    assert json_value(Decimal("NaN")) is None


@pytest.mark.parametrize("text", ['{"a":1}', "[1e400]", '"\\ud83d"', "no JSON", None])
def test_a_document_is_itself(text: str | None) -> None:
    """What is JSON goes in as it is; what a parser refuses goes in as a text."""
    read = json.loads(orjson.dumps({"x": json_document(text)}))["x"]
    assert read in ({"a": 1}, text)
