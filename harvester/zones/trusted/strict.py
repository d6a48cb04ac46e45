"""Whether all values of a record file are of their columns' types, and what it holds.

An engine that is given types makes a text of 5, a number of `"5"` and 6 of 5.7 without a word. So a
file is decoded here first, by types that refuse all of that, and only a file that passes is read
by types alone, which costs a fifth. What is refused may fit all the same (`5.0` is a whole number):
the steps on tokens say so.
"""

import re
import threading
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, get_args

import ibis.expr.datatypes as dt
import ibis.expr.schema as sch
import msgspec

from harvester.zones.trusted.body_types import body_columns, body_type, row_type
from harvester.zones.trusted.endpoints.endpoint import BODY, Endpoint

_MOST = 10**18 - 1
"""The largest whole number that fits (`fitting.as_whole`)."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_STAMP = re.compile(_DATE.pattern + r"T[0-9:]{8}(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)


class _Day:
    """A date as a text, or an empty text."""


class _Moment:
    """A moment with its offset as a text, or an empty text."""


_TAKEN: dict[type, object] = {_Day: _Day(), _Moment: _Moment()}
_WHOLE = Annotated[int, msgspec.Meta(ge=-_MOST, le=_MOST)]
_TYPES: dict[type[dt.DataType], Any] = {
    dt.Int64: _WHOLE,
    dt.Float64: float,
    dt.String: str,
    dt.Boolean: bool,
    dt.Date: _Day,
    dt.Timestamp: _Moment,
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What says which record of a title is the newest; `items` are those of its arrays."""

    title_id: str | None
    imdb_id: str | None
    language: str | None
    fetched_at: str | None
    items: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a record file holds, and the envelopes of its records that were asked for.

    `fits` says whether all of its values are of their types; else `items` are not counted, and
    `empty`, records whose list has no item, are not known.
    """

    fits: bool
    records: int
    items: int
    envelopes: tuple[Envelope, ...]
    empty: tuple[Envelope, ...]


class StrictReader:
    """Decodes the record files of one endpoint."""

    def __init__(self, endpoint: Endpoint, record: sch.Schema) -> None:
        required = {column.source for column in body_columns(endpoint) if column.required}
        row = None if body_type(endpoint) is None else row_type(endpoint)
        strict = None if row is None else _body(endpoint, _type_of(row, required))
        self._is_list = endpoint.arrays == (BODY,)
        self._arrays = () if self._is_list else tuple(map(_safe, endpoint.arrays))
        self._by_types = None if strict is None else _Decoder(record, strict)
        self._by_envelope = _Decoder(record, msgspec.Raw)
        self._one_at_a_time = threading.Lock()

    def read(self, key: str, data: bytes, wanted: Container[str]) -> Held | None:
        """Return what a file holds, with the envelopes of the wanted titles. Any thread may call.

        None when not even its envelopes are of their types.
        """
        with self._one_at_a_time:  # a file's objects take several times its size
            for decoder in (self._by_types, self._by_envelope):
                if decoder is not None and (found := decoder.records(key, data)) is not None:
                    return self._held(found, wanted, fits=decoder is self._by_types)
        return None

    def _held(self, found: list[Any], wanted: Container[str], *, fits: bool) -> Held:
        items = 0
        envelopes, empty = [], []
        for record in found:
            own = self._items(record.response) if fits else None
            items += own or 0
            title_id = record.imdb_id if record.id is None else record.id
            if own == 0 or title_id in wanted:
                language = getattr(record, "language", None)
                one = Envelope(title_id, record.imdb_id, language, record.fetched_at, own or 0)
                if own == 0:
                    empty.append(one)
                if title_id in wanted:
                    envelopes.append(one)
        return Held(fits, len(found), items, tuple(envelopes), tuple(empty))

    def _items(self, body: Any) -> int | None:
        """Return how many items a body's lists have; None without a list."""
        if self._is_list:
            return len(body)
        lists = [one for name in self._arrays if (one := getattr(body, name)) is not None]
        return sum(map(len, lists)) if lists else None


class _Decoder:
    """Decodes files of records whose bodies are of a type."""

    def __init__(self, record: sch.Schema, body: Any) -> None:
        fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [("response", body)]
        for name, dtype in record.items():
            if name != "response":
                fields.append((name, (str if dtype.is_string() else _WHOLE) | None, None))
        one = msgspec.defstruct("Record", fields, gc=False)
        self._array = msgspec.json.Decoder(list[one], dec_hook=_read)  # type: ignore[valid-type]
        self._line = msgspec.json.Decoder(one, dec_hook=_read)

    def records(self, key: str, data: bytes) -> list[Any] | None:
        """Return the records of a file, or None when a value is not of its type."""
        try:
            if key.endswith(".jsonl"):
                return self._line.decode_lines(data)
            return self._array.decode(data)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None


def _body(endpoint: Endpoint, row: Any) -> Any:
    """Return the type of a body, whose rows are of a type."""
    if not endpoint.arrays:
        return row
    rows = list[row]
    if endpoint.arrays == (BODY,):
        return rows
    return _struct(dict.fromkeys(endpoint.arrays, rows | None))


def _type_of(dtype: dt.DataType, required: set[str], at: str = "") -> Any:
    """Return a type of Python's that takes what fits a column's type and nothing else.

    `at` is where it stands in its row: `person.id`.
    """
    if isinstance(dtype, dt.Array):
        return list[_type_of(dtype.value_type, set(), at)]  # type: ignore[misc]
    if not isinstance(dtype, dt.Struct):
        return _TYPES[type(dtype)]
    fields = {}
    for key, inner in dtype.fields.items():
        source = f"{at}.{key}" if at else key
        kind = _type_of(inner, required, source)
        has_to_be = any(f"{one}.".startswith(f"{source}.") for one in required)
        fields[key] = kind if has_to_be else kind | None
    return _struct(fields)


def _struct(fields: Mapping[str, Any]) -> type[msgspec.Struct]:
    """Return a type of objects with these keys, of which those may be missing that may be null."""
    found: list[Any] = [
        (_safe(key), kind, None) if type(None) in get_args(kind) else (_safe(key), kind)
        for key, kind in fields.items()
    ]
    rename = {_safe(key): key for key in fields}
    return msgspec.defstruct("Fields", found, rename=rename, gc=False, kw_only=True)


def _safe(key: str) -> str:
    """Return a name of Python's for a key, which may be one of its own words."""
    return f"of_{key}"


def _read(kind: type, value: object) -> object:
    """Take a date, a moment or an empty text. Raises `ValueError`, which msgspec reports."""
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 - what msgspec takes for a value that does not fit
    if value:
        pattern, parse = (_DATE, date) if kind is _Day else (_STAMP, datetime)
        if not pattern.fullmatch(value):
            raise ValueError(value)
        parse.fromisoformat(value[:19])
    return _TAKEN[kind]
