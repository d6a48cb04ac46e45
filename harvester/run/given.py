"""What a run was given: its local CSVs, kept in the lake byte for byte."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from harvester.inputs.input import Input, InputTitles
from harvester.inputs.locate import CsvInput
from harvester.lake.keys import given_csv_key
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

    A file of the lake itself is not stored a second time.
    """
    for path, sha256 in files:
        if store.folder is not None and path.resolve().is_relative_to(store.folder.resolve()):
            continue
        name = path.name
        if name.startswith((".", "_")) or not name.isascii() or not name.isprintable():
            name = "input.csv"  # a name that readers of a lake skip, or that is no key
        await store.upload(given_csv_key(sha256, name), path, sha256)
