"""What a run was given: its local CSVs, kept in the lake byte for byte."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import NamedTuple

from harvester.inputs.input import Input, InputTitles
from harvester.inputs.locate import CsvInput
from harvester.lake.keys import given_csv_key, given_csv_prefix
from harvester.model import InputFacts
from harvester.stores import Store


class Given(NamedTuple):
    """A local CSV and the hash of its bytes as they were read."""

    path: Path
    sha256: str


def given_files(inputs: Iterable[Input], read: Iterable[InputTitles]) -> tuple[Given, ...]:
    """Return the inputs that are local files."""
    return tuple(
        Given(one.path, titles.facts.sha256)
        for one, titles in zip(inputs, read, strict=True)
        if isinstance(one, CsvInput) and one.path is not None
    )


async def keep_given(store: Store, files: Iterable[Given]) -> None:
    """Store each file under its hash, once. Raises `InputError` when one changed since it was read.

    What has other bytes than its key says is replaced. A file of the lake itself is not stored a
    second time.
    """
    for path, sha256 in files:
        if store.folder is not None and path.resolve().is_relative_to(store.folder.resolve()):
            continue
        name = path.name
        if name.startswith((".", "_")) or not name.isascii() or not name.isprintable():
            name = "input.csv"  # a name that readers of a lake skip, or that is no key
        key = given_csv_key(sha256, name)
        if await store.upload(key, path, sha256) == "taken":  # damaged since it was kept
            await store.upload(key, path, sha256, replace=True)


async def damaged_given(store: Store, inputs: Iterable[InputFacts]) -> AsyncIterator[str]:
    """Yield the keys of kept inputs that are not what their keys say; not all inputs are kept."""
    for sha256 in dict.fromkeys(facts.sha256 for facts in inputs):
        async for entry in store.list(given_csv_prefix(sha256)):
            found = hashlib.sha256()
            async for chunk in store.stream(entry.key):
                found.update(chunk)
            if found.hexdigest() != sha256:
                yield entry.key
