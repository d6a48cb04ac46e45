"""Input CSVs → the lake's `Raw/Local/CSV/`, byte for byte, once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from harvester import lake
from harvester.errors import InputError
from harvester.inputs import file_input, read_titles
from harvester.model import Kind
from harvester.source import InputFacts
from harvester.stores import Store


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One CSV in the lake: its key, and what is in it."""

    key: str
    facts: InputFacts


async def upload(
    store: Store, paths: list[Path], *, kind: Kind | None, when: date
) -> list[Uploaded]:
    """Put each file under `Raw/Local/CSV/<Movies|Series>/<date>/`; all are read through first.

    A file that is there already, with the same bytes, is left alone. Raises `InputError` for a
    file that holds no titles, whose name readers would skip, or whose place holds other bytes.
    """
    for path in paths:
        if path.name.startswith((".", "_")) or not path.name.isprintable():
            raise InputError(f"{path} has a name that readers of a lake skip or miss: rename it")
    titles = [(await read_titles([file_input(path, kind)], ()))[0].facts for path in paths]
    done = []
    for path, facts in zip(paths, titles, strict=True):
        key = lake.csv_key(facts.kind, when, path.name)
        if not await store.upload(key, path):
            raise InputError(
                f"{store.uri} holds another file as {key}, and an uploaded CSV is never changed: "
                "rename yours, or give another --date"
            )
        done.append(Uploaded(key, facts))
    return done
