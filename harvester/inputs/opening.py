"""The first lines of one input → its format: the header, after the lines that may precede it."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from harvester.errors import InputError
from harvester.inputs.imdb_id import listed_id
from harvester.inputs.layout import (
    Layout,
    bare_layout,
    check_width,
    fields_of,
    has_id_column,
    is_imdb_dataset,
    layout_of,
    sniff,
    unquoted,
)
from harvester.inputs.quoted import QuotedRows
from harvester.inputs.splitting import ListRows, Splitter, UnquotedRows, decoded
from harvester.lake.conditions import Condition

__all__ = ["Opening"]

_BLANK_LINES: Final = re.compile(rb"(?:[ \t\r\v\f]*+\n)*+")
_SEP_LINE: Final = re.compile(r"sep=(.)\1*+", re.IGNORECASE)  # Excel's own; no standard has it
_ABOVE_HEADER: Final = 10
"""How many lines, besides blank ones and `#` comments, are searched for a header."""


class Opening:
    """Finds the header of one input, or the first id of a list without one."""

    def __init__(self, name: str, where: Sequence[Condition]) -> None:
        self._name = name
        self._where = where
        self._line = 1
        self._delimiter: str | None = None
        self._seen = 0
        self._titles_only = True
        self._refusal: InputError | None = None

    def feed(self, block: bytes) -> tuple[Splitter, bytes] | None:
        """Return the format and the block with which it starts; None before the header.

        Raises `InputError` when there is no header.
        """
        at = 0
        while True:
            if blank := _BLANK_LINES.match(block, at):
                self._line += block.count(b"\n", at, blank.end())
                at = blank.end()
            if at == len(block):
                return None
            end = block.index(b"\n", at) + 1
            splitter = self._look(decoded(block[at:end]).rstrip("\r\n"))
            if splitter is not None:
                has_header = isinstance(splitter, ListRows) and not splitter.layout.names
                keeps_line = isinstance(splitter, QuotedRows) or has_header
                return splitter, block[at if keeps_line else end :]
            self._line += 1
            at = end

    def close(self) -> None:
        """Raise `InputError` if there were lines but no header among them."""
        if self._refusal is not None:
            raise self._refusal

    def _look(self, line: str) -> Splitter | None:
        """Return the format that a line starts; None for a line above the header."""
        if not unquoted(line):
            return None
        if separator := _SEP_LINE.fullmatch(line.strip(' "\ufeff')):
            self._delimiter = separator[1]
            return None
        if splitter := self._list(line):
            return splitter
        if "\r" in line:
            raise InputError(f"{self._name} ends its lines with CR: save it with LF or CR LF")
        check_width(line, self._name, self._delimiter)
        delimiter, names = (
            (self._delimiter, fields_of(line, self._delimiter)) if self._delimiter else sniff(line)
        )
        # A cell of a row may contain `id`; a title above the header has one cell.
        if has_id_column(names, sure=not self._titles_only):
            self._refusal = None
            return self._table(line, delimiter, names)
        if not line.lstrip().startswith("#"):
            self._above(names)
        return None

    def _above(self, names: Sequence[str]) -> None:
        self._seen += 1
        self._titles_only = self._titles_only and sum(bool(name.strip()) for name in names) == 1
        if self._refusal is None:
            try:
                layout_of(names, self._name, self._where)
            except InputError as error:
                self._refusal = error
        if self._refusal is not None and self._seen == _ABOVE_HEADER:
            raise self._refusal

    def _list(self, line: str) -> ListRows | None:
        """Return the format of a list without a header if the line is its first id."""
        if self._seen == 0 and listed_id(unquoted(line)) is not None:
            return ListRows(bare_layout(self._name, self._where), self._line)
        return None

    def _table(self, line: str, delimiter: str, names: Sequence[str]) -> Splitter:
        if len(names) == 1:
            return ListRows(self._layout([unquoted(line)]), self._line + 1)
        if delimiter == "|" or (delimiter == "\t" and '"' not in line and is_imdb_dataset(names)):
            return UnquotedRows(self._layout(names), delimiter, self._line + 1)
        return QuotedRows(
            delimiter, self._line, partial(layout_of, name=self._name, where=self._where)
        )

    def _layout(self, names: Sequence[str]) -> Layout:
        return layout_of(names, self._name, self._where)
