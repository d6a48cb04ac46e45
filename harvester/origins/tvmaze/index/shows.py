"""The shows of an index by their IMDb id: packed numbers in memory, their bytes in a file.

85,000 shows take 3 MB of memory and 150 MB of a temporary file without a name.
"""

import os
import tempfile
from array import array
from collections.abc import Iterable
from types import TracebackType
from typing import NamedTuple, Self

from harvester.lake.title_ids import pack
from harvester.lake.title_table import TitleTable
from harvester.origins.tvmaze.index.page import KeptPage, Slice
from harvester.upstream.spool import no_room, roomy_folder


class IndexedShow(NamedTuple):
    """A show: its id, its bytes in the index, and when its page was asked for."""

    show_id: int
    body: bytes
    asked_at: str


class IndexedShows:
    """The shows that name an IMDb id; of two that name one, that with the lower id.

    A context, which closes the file. To make one and to `add` to it may raise `StoreDown`.
    """

    def __init__(self) -> None:
        self._slots = TitleTable()
        self._ids, self._sizes = array("I"), array("I")
        self._starts, self._pages = array("Q"), array("I")
        self._asked_at: list[str] = []
        self._end = 0
        try:
            # Not a context: it is open as long as the connection.
            self._file = tempfile.TemporaryFile(dir=roomy_folder())  # noqa: SIM115
        except OSError as error:
            raise no_room("TVmaze's index", error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def asked_at(self) -> str | None:
        """When the first of its pages was asked for."""
        return min(self._asked_at, default=None)

    def add(self, kept: KeptPage, shows: Iterable[Slice]) -> None:
        """Add the shows of a page; pages come in order."""
        page = len(self._asked_at)
        self._asked_at.append(kept.asked_at)
        parts: list[bytes] = []
        for show in shows:
            if kept.body is None or show.imdb_id is None:
                continue
            slot = len(self._ids)
            if self._slots.setdefault(show.imdb_id, slot) != slot:
                continue
            self._ids.append(show.show_id)
            self._starts.append(self._end)
            self._sizes.append(show.end - show.start)
            self._pages.append(page)
            self._end += show.end - show.start
            parts.append(kept.body[show.start : show.end])
        try:
            self._file.write(b"".join(parts))
            self._file.flush()
        except OSError as error:
            raise no_room("TVmaze's index", error) from None

    def find(self, imdb_id: str) -> IndexedShow | None:
        """Return the show that names an IMDb id."""
        slot = self._slots.get(pack(imdb_id))
        if slot is None:
            return None
        body = os.pread(self._file.fileno(), self._sizes[slot], self._starts[slot])
        return IndexedShow(self._ids[slot], body, self._asked_at[self._pages[slot]])
