"""A daily file of TMDB's ids as an input by its path."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from harvester.inputs.input import InputTitles, refuse_conditions
from harvester.lake.conditions import Condition
from harvester.lake.feeding import feed
from harvester.model import InputFacts
from harvester.origins.tmdb.exports.export_file import Export
from harvester.origins.tmdb.exports.reader import ExportReader


@dataclass(frozen=True, slots=True)
class ExportInput:
    """A file named as TMDB names its daily exports: what it holds, and its bytes."""

    name: str
    export: Export
    chunks: Callable[[], AsyncIterator[bytes]]

    async def read(self, where: Sequence[Condition], seen: set[int]) -> InputTitles:
        """Read it through once; the most popular title comes first.

        Raises `InputError` with conditions: a line has an id and a popularity.
        """
        refuse_conditions(self.name, where)
        reader = ExportReader(self.name, self.export)
        await feed(reader, self.chunks())
        titles = reader.close()
        numbers: Sequence[int] = titles.numbers
        if seen:
            numbers = [number for number in numbers if number not in seen]
        facts = InputFacts(
            name=self.name,
            kind=self.export.kind,
            bytes=titles.bytes,
            sha256=titles.sha256,
            rows=titles.lines,
            distinct=len(titles.numbers),
            rejected=titles.bad,
            rejects=titles.rejects,
            shared=len(titles.numbers) - len(numbers),
            filtered=0,
        )
        return InputTitles(facts, numbers)
