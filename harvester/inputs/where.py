"""Conditions → a test of a row's values, fast enough for every row of a million.

A value is tested as bytes: most are ASCII, and for those no text need be made.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from harvester.inputs.columns import Places
from harvester.lake.conditions import NULL, SPACE, Condition, Field, folded, words, years

__all__ = ["LineTest", "RowTest", "ascii_test", "line_test", "row_test", "value_test"]

ValueTest = Callable[[bytes], bool]
RowTest = Callable[[Sequence[str]], bool]
LineTest = Callable[[bytes], bool]

_BLANK: Final = SPACE.encode()
_NULL: Final = NULL.encode()
_YEAR: Final = re.compile(rb"\s*(\d{4})(?!\d)")
_LISTS: Final = 1_024
"""How many lists of genres, and years, are remembered: few are different."""


def row_test(where: Iterable[Condition], at: Places) -> RowTest:
    """Return a test for the values of a row, which holds one of the values asked of each field.

    `at` has the columns of each field; the row fits its header.
    """
    checks = _checks(where, at)
    return lambda values: all(
        any(test(values[column].encode()) for column in columns) for columns, test in checks
    )


def line_test(where: Iterable[Condition], at: Places, delimiter: bytes, fewest: int) -> LineTest:
    """Return the same test for lines whose id is first, with at least `fewest` delimiters."""
    checks = _checks(where, at)
    cuts = 1 + max((column for columns, _ in checks for column in columns), default=0)

    ((first, *others), test), *rest = checks or [((0,), lambda _: True)]

    def holds(line: bytes) -> bool:
        values = line.split(delimiter, cuts)
        # Most rows end at the first test, so what makes a generator comes after it.
        if len(values) < cuts or not (
            test(values[first]) or (others and any(test(values[column]) for column in others))
        ):
            return False
        fields = (any(test(values[column]) for column in columns) for columns, test in rest)
        return all(fields) and line.count(delimiter) >= fewest

    return holds


def ascii_test(where: Iterable[Condition]) -> Callable[[bytes], bool]:
    """Return a test for blocks: whether a line that is all ASCII may hold `where`.

    A rare value is in few blocks; in the others only lines with other characters need be tested.
    """
    needles: dict[Field, list[bytes]] = {}
    for one in where:
        if one.field != "year":
            text = words(one.value)[0] if one.field == "character" else folded(one.value)
            needles.setdefault(one.field, []).append(text.encode())
    if not needles:
        return lambda _: True

    def possible(block: bytes) -> bool:
        lowered = block.lower()
        return all(any(needle in lowered for needle in some) for some in needles.values())

    return possible


def value_test(field: Field, wanted: Iterable[str]) -> ValueTest:
    """Return a test for values of a field that are one of `wanted`."""
    match field:
        case "year":
            return _year_test([years(text) for text in wanted])
        case "genre":
            return _genre_test(frozenset(map(folded, wanted)))
        case "character":
            return _words_test([words(text) for text in wanted])
        case _:
            return _equal_test(frozenset(map(folded, wanted)))


def _checks(where: Iterable[Condition], at: Places) -> list[tuple[tuple[int, ...], ValueTest]]:
    """Return each field's columns, with the test that one of them must pass."""
    asked: dict[Field, list[str]] = {}
    for one in where:
        asked.setdefault(one.field, []).append(one.value)
    return [(at[field], value_test(field, values)) for field, values in asked.items()]


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _equal_test(wanted: frozenset[str]) -> ValueTest:
    plain = {text.encode() for text in wanted}
    first = {text[:1] for text in plain}

    def test(value: bytes) -> bool:
        if value.isascii():
            return value.strip(_BLANK).lower() in plain
        value = value.strip(_BLANK)
        # An ASCII character stays the first when the rest is folded, so most values end here.
        begins = value[:1]
        if begins.isascii() and begins.lower() not in first:
            return False
        return folded(_text(value)) in wanted

    return test


def _year_test(spans: list[range]) -> ValueTest:
    @lru_cache(maxsize=_LISTS)
    def test(value: bytes) -> bool:
        found = _YEAR.match(value)
        return found is not None and any(int(found[1]) in span for span in spans)

    return test


def _genre_test(wanted: frozenset[str]) -> ValueTest:
    @lru_cache(maxsize=_LISTS)
    def test(value: bytes) -> bool:
        return any(folded(genre) in wanted for genre in _text(value).split(","))

    return test


def _words_test(phrases: list[list[str]]) -> ValueTest:
    any_phrase = "|".join(r"\W+".join(map(re.escape, phrase)) for phrase in phrases)
    found = re.compile(rf"(?<!\w)(?:{any_phrase})(?!\w)").search
    first = [phrase[0] for phrase in phrases]

    def test(value: bytes) -> bool:
        text = folded(_text(value))
        for word in first:  # ten times as fast as to begin with the pattern
            if word in text:
                return value != _NULL and found(text) is not None  # no value is the word N
        return False

    return test
