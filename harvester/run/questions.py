"""The questions of a run: asked before it is planned, their answers kept beside its plan."""

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

import orjson

from harvester.inputs.input import InputTitles
from harvester.lake.keys import RunFolder
from harvester.origins.origin import Evidence
from harvester.run.connection import CheckedConnection
from harvester.stores import Store

_PART_BYTES: Final = 8_000_000
"""Of a part: a file of a lake is smaller than 10 MB."""


class _Kept:
    """What answered one question, as `Evidence`."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder = folder
        self.bodies = folder / f"{number}.jsonl"
        self.files: list[tuple[str, Path, str]] = []

    def body(self, request: str, body: bytes) -> None:
        # A line break in JSON is white space; in a string it would be escaped.
        line = body.replace(b"\n", b" ").replace(b"\r", b" ")
        with self.bodies.open("ab") as file:
            file.write(b'{"request":%b,"response":%b}\n' % (orjson.dumps(request), line))

    def folder(self) -> Path:
        return self._folder

    def file(self, key: str, path: Path, sha256: str) -> None:
        self.files.append((key, path, sha256))


class Answers:
    """What answered each question: on this disk until there is a run to keep it.

    A genre takes thousands of pages, an export has 27 MB: more than memory should hold.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._kept: list[_Kept] = []

    def __enter__(self) -> Self:
        """Return itself; no folder is made before the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the files."""
        self._stack.close()

    def begin(self) -> Evidence:
        """Return what keeps the answer to one more question."""
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="harvester-"))
        self._kept.append(_Kept(Path(folder), len(self._kept)))
        return self._kept[-1]

    async def save(self, store: Store, folder: RunFolder) -> None:
        """Write the bodies into a run's folder, in parts, and each file under its key."""
        for number, kept in enumerate(self._kept):
            for key, path, sha256 in kept.files:
                await store.upload(key, path, sha256, replace=True)
            if kept.bodies.exists():
                for part, data in enumerate(_parts(kept.bodies)):
                    await store.put(folder.asked(number, part), data)


async def ask_all(
    connection: CheckedConnection,
    read: Sequence[InputTitles],
    language: str | None,
    store: Store,
    answers: Answers,
) -> tuple[list[InputTitles], tuple[str, ...]]:
    """Return the inputs with every question answered, and the first titles found, to be shown.

    A title that two inputs have belongs to the first. Raises what the connection raises.
    """
    seen = {number for one in read for number in one.numbers}
    left = sum(one.question is not None for one in read)
    asked: list[InputTitles] = []
    shown: list[str] = []
    for one in read:
        if one.question is None:
            asked.append(one)
            continue
        found = await connection.answer(one.question, language, store, answers.begin())
        new: Sequence[int] = found.numbers
        if seen:
            new = array("Q", (number for number in found.numbers if number not in seen))
        left -= 1
        if left:  # all of TMDB is not put into a set for nobody
            seen.update(new)
        shared = len(found.numbers) - len(new)
        asked.append(InputTitles(replace(found.facts, shared=shared, filtered=0), new))
        shown += found.shown
    return asked, tuple(shown)


def _parts(path: Path) -> Iterator[bytes]:
    """Yield a file's lines in parts."""
    part: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        for line in file:
            if part and size + len(line) > _PART_BYTES:
                yield b"".join(part)
                part, size = [], 0
            part.append(line)
            size += len(line)
    if part:
        yield b"".join(part)
