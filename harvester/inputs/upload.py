"""Input CSVs → the lake's `Raw/Local/CSV/`, byte for byte, once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from harvester.errors import HarvesterError, InputError
from harvester.inputs.locate import csv_files, file_input
from harvester.lake import keys
from harvester.model import InputFacts, Kind
from harvester.stores import Store, Upload

AT_ONCE = 4

Step = Literal["reading", "sending"]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One CSV in the lake: its key, its content, and how the upload ended."""

    key: str
    facts: InputFacts
    how: Upload


@dataclass(frozen=True, slots=True)
class UploadObserver:
    """Callbacks for an upload: the total bytes to move, the bytes moved in a step, a file's end.

    Bytes moved are negative when they will be sent again.
    """

    start: Callable[[int], None] = lambda _: None
    moved: Callable[[Step, int], None] = lambda _step, _bytes: None
    done: Callable[[Uploaded], None] = lambda _: None


async def upload_files(
    store: Store,
    paths: list[Path],
    *,
    kind: Kind | None,
    when: date,
    force: bool = False,
    observer: UploadObserver | None = None,
) -> list[Uploaded]:
    """Upload each file, and a folder's CSVs, to `Raw/Local/CSV/<Movies|Series>/<date>/`.

    All are read before the first is sent: their content determines their keys, and one bad file
    prevents all uploads. Then a few are sent concurrently. A file whose key already has the same
    bytes is left unchanged; one whose key has other bytes is skipped, or replaced with `force`.

    Raises `InputError` for a file that has no titles, whose name readers would skip, that has the
    same key as another, or, when all others are done, whose key has other bytes.
    """
    observer = observer or UploadObserver()
    files = [file for path in paths for file in csv_files(str(path))]
    for file in files:
        if file.name.startswith((".", "_")) or not file.name.isprintable():
            raise InputError(f"{file} has a name that readers of a lake skip or miss: rename it")
    observer.start(sum(file.stat().st_size for file in files))
    todo: dict[str, tuple[Path, InputFacts]] = {}
    for file in files:
        facts = await _facts(file, kind, observer)
        key = keys.csv_key(facts.kind, when, file.name)
        first, found = todo.setdefault(key, (file, facts))
        if found.sha256 != facts.sha256:
            raise InputError(f"{first} and {file} would both be {key}: rename one")
    done = await _send(store, todo, force=force, observer=observer)
    if taken := [one.key for one in done if one.how == "taken"]:
        raise InputError(
            f"{store.uri} holds another file as {', '.join(taken)}: rename yours, give another "
            "--date, or replace what is there with --force"
        )
    return done


async def _facts(file: Path, kind: Kind | None, observer: UploadObserver) -> InputFacts:
    source = file_input(file, kind)

    async def counted() -> AsyncIterator[bytes]:
        async for chunk in source.chunks():
            observer.moved("reading", len(chunk))
            yield chunk

    return (await replace(source, chunks=counted).read((), set())).facts


async def _send(
    store: Store, todo: dict[str, tuple[Path, InputFacts]], *, force: bool, observer: UploadObserver
) -> list[Uploaded]:
    slots = asyncio.Semaphore(AT_ONCE)

    async def send(key: str, file: Path, facts: InputFacts) -> Uploaded:
        async with slots:
            how = await store.upload(
                key,
                file,
                facts.sha256,
                replace=force,
                sent=lambda number: observer.moved("sending", number),
            )
        if how in {"same", "taken"}:
            observer.moved("sending", facts.bytes)
        one = Uploaded(key, facts, how)
        observer.done(one)
        return one

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(send(key, *of)) for key, of in todo.items()]
    except* HarvesterError as errors:
        failed = errors.exceptions[0]
    else:
        return [task.result() for task in tasks]
    raise failed
