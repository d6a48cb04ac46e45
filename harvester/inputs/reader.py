"""Bytes of one input → the distinct titles in it. Pure and incremental: no I/O.

Disk, stdin and S3 feed the same `TitleReader` with chunks of any size, compressed or not:
stored bytes → blocks of whole lines (`text_blocks`) → the format of the first lines
(`opening`) → rows (`splitting`) → ids (`rows`). Trusted reads the same rows (`row_reader`).
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence

from harvester.errors import InputError
from harvester.inputs.findings import Findings
from harvester.inputs.layout import Layout
from harvester.inputs.opening import Opening
from harvester.inputs.rows import IdsOfRows, IdsOfUnquoted
from harvester.inputs.splitting import Splitter, UnquotedRows
from harvester.inputs.text_blocks import WHAT_WE_READ, TextBlocks
from harvester.inputs.votes import IdsWithVotes
from harvester.lake.conditions import Condition
from harvester.lake.title_table import TitleTable
from harvester.model import InputFacts, Kind

__all__ = ["TitleReader"]


class TitleReader:
    """Reads one input: iterate over `feed` of all chunks, then `close` it.

    Both raise `InputError`, one sentence that names the input; the reader is unusable afterwards.
    """

    def __init__(
        self,
        name: str,
        *,
        kind: Kind | None = None,
        where: Sequence[Condition] = (),
        seen: set[int],
        votes: TitleTable | None = None,
    ) -> None:
        """Start an input; `seen` has the ids of earlier inputs, and `close` adds those of this one.

        `votes` gets the most votes that a row of each title has; without it they are not read.
        `kind` overrides the kind indicated by columns and name. With `where`, a title is included
        if a row of it has, of each field named there, one of the values.
        """
        self._name = name
        self._kind = kind
        self._seen = seen
        self._votes = votes
        self._findings = Findings(where)
        self._opening = Opening(name, where)
        self._blocks = TextBlocks(name)
        self._sha256 = hashlib.sha256()
        self._bytes = 0
        self._splitter: Splitter | None = None
        self._ids: IdsOfRows | IdsOfUnquoted | IdsWithVotes | None = None

    def feed(self, chunk: bytes) -> Iterator[None]:
        """Process the next bytes of the input as stored; give way after each block.

        A chunk of gzip may inflate to a thousand blocks, which take minutes.
        """
        self._sha256.update(chunk)
        self._bytes += len(chunk)
        for block in self._blocks.feed(chunk):
            self._take(block)
            yield

    def close(self) -> tuple[InputFacts, list[int]]:
        """Return the facts, and the numbers of ids that no earlier input had.

        The numbers are in the order in which their titles were found.
        """
        for block in self._blocks.close():
            self._take(block)
        self._opening.close()
        if self._ids is None or self._splitter is None:
            what = "holds nothing but blank lines" if self._bytes else "is empty"
            raise InputError(f"{self._name} {what}: {WHAT_WE_READ}")
        self._ids.close()
        found, layout = self._findings, self._splitter.layout
        if not found.rows or layout is None:
            raise InputError(f"{self._name} has a header line but no rows: {WHAT_WE_READ}")
        if found.rejected == found.rows:
            raise self._nothing_taken(found, layout)
        new = [number for number in found.taken if number not in self._seen]
        facts = InputFacts(
            name=self._name,
            kind=self._kind or _kind_of(layout.names, self._name),
            bytes=self._bytes,
            sha256=self._sha256.hexdigest(),
            rows=found.rows,
            distinct=len(found.taken),
            rejected=found.rejected,
            rejects=tuple(found.rejects),
            shared=len(found.taken) - len(new),
            filtered=found.filtered,
        )
        self._seen.update(new)
        return facts, new

    def _take(self, block: bytes) -> None:
        rest: bytes | None = block
        if self._ids is None:
            rest = self._begin(block)
        if rest and self._ids is not None:
            self._ids.add(rest)

    def _begin(self, block: bytes) -> bytes | None:
        """Find the format in a block; return the part of the block that contains rows."""
        opened = self._opening.feed(block)
        if opened is None:
            return None
        self._splitter, rest = opened
        if self._votes is not None:
            self._ids = IdsWithVotes(self._findings, self._splitter, self._votes)
        elif isinstance(self._splitter, UnquotedRows):
            self._ids = IdsOfUnquoted(self._findings, self._splitter)
        else:
            self._ids = IdsOfRows(self._findings, self._splitter)
        return rest

    def _nothing_taken(self, found: Findings, layout: Layout) -> InputError:
        first = found.rejects[0]
        begin, where, way = f"{self._name} has no row with an IMDb title id", "", WHAT_WE_READ
        if found.lacking_tt:
            begin, where = f"{self._name} has no IMDb id with its tt", f" in {layout.named}"
            way = (
                "name the column imdb_id if its numbers are IMDb's, "
                "else add a column imdb_id of tt ids"
            )
        see = f"see line {first.line}"
        return InputError(
            f"{begin}{where}, {see} ({first.why}): {way}", unquoted=f"{begin}, {see}: {way}"
        )


def _kind_of(columns: Sequence[str], name: str) -> Kind:
    """Return the kind indicated by an input's columns, else by its base name, else movies."""
    folded = {column.casefold() for column in columns}
    if "anotermino" in folded:
        return "series"
    # The course's files have the typo; corrected copies don't.
    if folded & {"titulopincipal", "tituloprincipal"}:
        return "movie"
    base = unicodedata.normalize("NFKD", re.split(r"[/\\]", name)[-1]).casefold()
    plain = "".join(char for char in base if not unicodedata.combining(char))
    return "series" if re.search("serie|tv|shows", plain) else "movie"
