"""What titles are called, by the CSVs of a run that the lake holds: an id alone says little."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Final

from harvester.errors import UserError
from harvester.inputs.columns import title_column
from harvester.inputs.row_reader import RowReader
from harvester.inputs.splitting import Row
from harvester.lake import keys
from harvester.lake.title_ids import pack
from harvester.model import InputFacts
from harvester.stores import Store, open_store

_NO_NAMES: Final = {"", "\\N"}


async def title_names(
    lake: str, inputs: Iterable[InputFacts], ids: Iterable[str]
) -> dict[str, str]:
    """Return the names of titles by their ids; one that no CSV names is left out.

    Each CSV is read up to the last title that is still looked for; one that is not in the lake, has
    no titles or can't be read names none.
    """
    wanted = {pack(one): one for one in ids}
    names: dict[str, str] = {}
    async with open_store(lake) as store:
        for facts in inputs:
            if wanted and (key := await _key(store, facts)) is not None:
                await _read(store, key, wanted, names)
    return names


async def _key(store: Store, facts: InputFacts) -> str | None:
    """Return where the lake has an input's bytes."""
    if keys.parse_csv_key(facts.name):
        return facts.name
    found = [entry.key async for entry in store.list(keys.given_csv_prefix(facts.sha256))]
    return found[0] if found else None


async def _read(store: Store, key: str, wanted: dict[int, str], names: dict[str, str]) -> None:
    """Move what a CSV names from `wanted` into `names`."""
    reader = RowReader(key)
    column: int | None = None
    try:
        async with aclosing(_rows(store, key, reader)) as rows:
            async for row in rows:
                layout = reader.layout
                if layout is None or row.why is not None:
                    continue
                if column is None and (column := title_column(layout.names)) is None:
                    return
                number = layout.number(row.values) or 0
                if number in wanted and (name := row.values[column].strip()) not in _NO_NAMES:
                    names[wanted.pop(number)] = name
                    if not wanted:
                        return
    except UserError:
        return


async def _rows(store: Store, key: str, reader: RowReader) -> AsyncGenerator[Row]:
    async for chunk in store.stream(key):
        for rows in reader.feed(chunk):
            for row in rows:
                yield row
            await asyncio.sleep(0)  # a signal may be pending
    for row in reader.close():
        yield row
