"""No row of any input holds what was asked: which condition none holds, and the nearest value.

The inputs are read once more, so that a run that finds titles pays nothing for this.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from harvester.errors import InputError
from harvester.inputs.columns import column_names, places
from harvester.inputs.input import Input
from harvester.inputs.layout import SHOWN_VALUE, printable
from harvester.inputs.locate import CsvInput
from harvester.inputs.row_reader import RowReader
from harvester.inputs.splitting import Row
from harvester.inputs.where import value_test
from harvester.lake.conditions import NULL, Condition, Field, folded, words, years

__all__ = ["nothing_found"]

_REMEMBERED: Final = 50_000
"""How many values are remembered at a time, so that they are not compared again."""

_LONGEST: Final = 200
"""Longer values are not compared: that takes the square of their length."""


async def nothing_found(inputs: Iterable[Input], where: Sequence[Condition]) -> InputError:
    """Return the error of inputs without a row that holds `where`, or without any title.

    Standard input is gone, so it has no nearest value. Raises what reading raises.
    """
    if not where:
        return InputError("the inputs hold no title that a run asks for: name others")
    asked: dict[Field, list[str]] = {}
    for one in where:
        asked.setdefault(one.field, []).append(one.value)
    sought = [_Sought(field, wanted) for field, wanted in asked.items()]
    for source in inputs:
        if isinstance(source, CsvInput) and not source.once:
            reader = RowReader(source.name)
            async for chunk in source.chunks():
                for rows in reader.feed(chunk):
                    _show(reader, rows, sought)
                    await asyncio.sleep(0)  # a signal may be pending
            _show(reader, reader.close(), sought)
    missing = [each for each in sought if not each.found]
    together = " and ".join(each.wish for each in sought)
    if not missing:
        what, way = f"{together}, though each is in some row", "leave one out"
    else:
        what = ", and none ".join(f"{each.wish} ({each.hint})" for each in missing)
        way = "ask for what is there"
    return InputError(
        f"no row of the inputs has {what}: {way}",
        unquoted=f"no row of the inputs has {together}: ask for what is there",
    )


def _show(reader: RowReader, rows: Iterable[Row], sought: Iterable["_Sought"]) -> None:
    for row in rows:
        layout = reader.layout
        if row.why is not None or layout is None:
            continue
        for each in sought:
            new = each.new(row.values, layout.names)
            if new and layout.number(row.values) is not None:
                each.show(row.values, new)


class _Sought:
    """The wanted values of one field, and the nearest of those that rows have."""

    def __init__(self, field: Field, wanted: Sequence[str]) -> None:
        self.found = False
        self.wish = f"the {field} {' or '.join(wanted)}"
        self._field = field
        self._test = value_test(field, wanted)
        self._nearness: _Years | _Texts = (
            _Years(wanted) if field == "year" else _Texts(field, wanted)
        )
        self._seen: set[str] = set()
        self._names: Sequence[str] = ()
        self._columns: tuple[int, ...] = ()
        self._nearest = self._column = ""

    @property
    def hint(self) -> str:
        """The nearest value and its column, as words in brackets."""
        if self._nearest:
            return f"the nearest in column {self._column} is {self._nearest}"
        return f"see the column {self._column or column_names(self._field)}"

    def new(self, values: Sequence[str], names: Sequence[str]) -> list[int]:
        """Return the columns of a row, which fits a header of these names, with a new value."""
        if names is not self._names:
            self._names = names
            self._columns = places(names, [Condition(self._field, "")])[self._field]
            self._column = self._column or names[self._columns[0]]
        return [column for column in self._columns if values[column] not in self._seen]

    def show(self, values: Sequence[str], columns: Iterable[int]) -> None:
        """Compare the values of a row in these columns."""
        for column in columns:
            value = values[column]
            if len(self._seen) == _REMEMBERED:
                self._seen.clear()
            self._seen.add(value)
            self.found = self.found or self._test(value.encode())
            for part in value.split(",") if self._field == "genre" else (value,):
                if part.strip() not in ("", NULL) and self._nearness.improved(part):
                    self._nearest = printable(part, SHOWN_VALUE)
                    self._column = printable(self._names[column], SHOWN_VALUE)


class _Years:
    """Is shown years, and says which is nearer than those before."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._ends = [end for span in map(years, wanted) for end in (span[0], span[-1])]
        self._least = 10_000

    def improved(self, value: str) -> bool:
        """Return whether no value before was as near."""
        year = years(value)
        away = min(abs(year[0] - end) for end in self._ends) if year else self._least
        nearer = away < self._least
        self._least = min(away, self._least)
        return nearer


class _Texts:
    """Is shown texts, and says which is nearer than those before."""

    def __init__(self, field: Field, wanted: Iterable[str]) -> None:
        self._by_words = field == "character"
        texts = [" ".join(words(text)) if self._by_words else folded(text) for text in wanted]
        self._lengths = {text.count(" ") + 1 for text in texts}
        self._matchers = [SequenceMatcher(None, b=text, autojunk=False) for text in texts]
        self._most = -1.0

    def improved(self, value: str) -> bool:
        """Return whether no value before was as near."""
        if len(value) > _LONGEST:
            return False
        before = self._most
        for text in self._phrases(value) if self._by_words else (folded(value),):
            for matcher in self._matchers:
                matcher.set_seq1(text)
                most = self._most
                # The first two are upper bounds, and cheap.
                if matcher.real_quick_ratio() > most and matcher.quick_ratio() > most:
                    self._most = max(most, matcher.ratio())
        return self._most > before

    def _phrases(self, value: str) -> Iterator[str]:
        """Yield as many neighbouring words of a value as are asked for."""
        found = words(value)
        for length in self._lengths:
            for start in range(max(1, len(found) - length + 1)):
                yield " ".join(found[start : start + length])
