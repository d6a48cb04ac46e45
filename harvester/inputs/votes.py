"""Rows of any format → the ids in a `Findings`, and the votes of each title."""

import re
from collections.abc import Iterable
from typing import Final

from harvester.inputs.columns import votes_column
from harvester.inputs.findings import Findings
from harvester.inputs.rows import IdsOfRows
from harvester.inputs.splitting import Row, Splitter
from harvester.lake.title_table import TitleTable

__all__ = ["IdsWithVotes"]

_VOTES: Final = re.compile(r"\s*(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.0)?\s*", re.ASCII)
"""A number, with commas between thousands or not; software that lost its type adds `.0`."""


class IdsWithVotes:
    """Adds the ids of rows one by one, and keeps the most votes of any row of a title."""

    def __init__(self, findings: Findings, splitter: Splitter, votes: TitleTable) -> None:
        """Keep them in `votes`; what no row tells is not in it."""
        self._ids = IdsOfRows(findings, splitter)
        self._splitter = splitter
        self._votes = votes
        self._column: int | None = None
        self._is_sought = True
        self._previous = ("", "")

    def add(self, block: bytes) -> None:
        """Process the rows that a block completes."""
        self._take_all(self._splitter.feed(block))

    def close(self) -> None:
        """Process the rows held back."""
        self._take_all(self._splitter.close())

    def _take_all(self, rows: Iterable[Row]) -> None:
        for row in rows:
            number = self._ids.take(row)
            layout = self._splitter.layout
            if row.why is not None or layout is None:
                continue
            if self._is_sought:
                self._column, self._is_sought = votes_column(layout.names), False
            values, column = row.values, self._column
            if column is None or column >= len(values):
                continue
            said = values[layout.ids[0]], values[column]
            if said == self._previous:  # three rows of four, as of the ids
                continue
            self._previous = said if len(layout.ids) == 1 else ("", "")
            # A row that repeats the title above it is not told apart from one without an id.
            number = number or layout.number(values) or 0
            found = _VOTES.fullmatch(values[column]) if number else None
            if found is not None:
                self._votes.raise_to(number, int(found[1].replace(",", "")))
