"""A user's inputs → streams of bytes: files, folders, s3:// keys, standard input, the lake."""

import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from harvester.errors import InputError
from harvester.hints import nearest
from harvester.inputs.reader import TitleReader
from harvester.lake import keys
from harvester.model import InputFacts, Kind
from harvester.stores import Store, open_store

_CHUNK = 1 << 16
_CSV_SUFFIXES = (".csv", ".csv.gz")


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its name, the kind to treat it as (None: detect it), and its bytes."""

    name: str
    kind: Kind | None
    chunks: Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class InputTitles:
    """The content of one input: its facts, and the numbers of ids that no earlier input has."""

    facts: InputFacts
    numbers: list[int]


async def find_inputs(names: tuple[str, ...], kind: Kind | None, store: Store) -> list[Input]:
    """Return the inputs a user named, in that order; without any, the newest in the lake.

    The lake's newest are all CSVs of the latest date of each kind; there, the folder determines
    the kind. An empty list means that the lake has none. Raises `InputError`.
    """
    if not names:
        return await _newest_in_lake(store)
    found: list[Input] = []
    for name in names:
        found += _s3(name, kind) if name.startswith("s3://") else _local(name, kind)
    return found


async def read_titles(inputs: list[Input], genres: tuple[str, ...]) -> list[InputTitles]:
    """Read every input once; an id in two inputs belongs to the first.

    Raises `InputError`, and the errors of a store.
    """
    wanted = frozenset(genre.casefold() for genre in genres)
    seen: set[int] = set()
    found = []
    for one in inputs:
        reader = TitleReader(one.name, kind=one.kind, genres=wanted, seen=seen)
        async for chunk in one.chunks():
            reader.feed(chunk)
        found.append(InputTitles(*reader.close()))
    return found


def file_input(path: Path, kind: Kind | None) -> Input:
    """Return a local file as an input."""

    async def chunks() -> AsyncIterator[bytes]:
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except OSError as error:
            raise InputError(f"{path} can't be read: {error.strerror}") from None

    # A file's name may not be valid text; the plan is JSON.
    return Input(str(path).encode(errors="replace").decode(), kind, chunks)


def csv_files(name: str) -> list[Path]:
    """Return the CSVs directly in a folder, by name, or the file itself. Raises `InputError`."""
    path = Path(name)
    try:
        if not path.is_dir():
            path.stat()
            return [path]
        files = sorted(
            file
            for file in path.iterdir()
            if file.name.casefold().endswith(_CSV_SUFFIXES)
            and not file.name.startswith(".")
            and file.is_file()
        )
    except FileNotFoundError:
        hint = _neighbour(path)
        raise InputError(f"{name} does not exist{hint}: check the path of this input") from None
    except OSError as error:
        raise InputError(f"{name} can't be read: {error.strerror}") from None
    if not files:
        raise InputError(f"{name} is a folder without CSVs: name a .csv or .csv.gz, or its folder")
    return files


def _local(name: str, kind: Kind | None) -> list[Input]:
    if name == "-":

        async def standard_input() -> AsyncIterator[bytes]:
            while chunk := sys.stdin.buffer.read(_CHUNK):
                yield chunk

        return [Input("-", kind, standard_input)]
    return [file_input(path, kind) for path in csv_files(name)]


def _neighbour(path: Path) -> str:
    """Suggest the file that was probably meant; empty if none has a similar name."""
    try:
        # Files share extensions: `a.csv` is 0.71 similar to `extra.csv`, and not meant.
        return nearest(path.name, [one.name for one in path.parent.iterdir()], at_least=0.8)
    except OSError:
        return ""


def _s3(name: str, kind: Kind | None) -> list[Input]:
    bucket, _, key = name.removeprefix("s3://").partition("/")
    if not bucket or {"", ".", ".."} & set(key.split("/")):
        raise InputError(f"{name} names no object: an input in S3 is s3://bucket/key.csv")

    async def chunks() -> AsyncIterator[bytes]:
        async with open_store(f"s3://{bucket}") as store:
            async for chunk in store.stream(key):
                yield chunk

    return [Input(name, kind, chunks)]


async def _newest_in_lake(store: Store) -> list[Input]:
    newest: dict[Kind, tuple[str, list[str]]] = {}
    async for entry in store.list(keys.CSV_ROOT):
        csv = keys.parse_csv_key(entry.key)
        if csv is None:
            continue
        date, found = newest.get(csv.kind, ("", []))
        if csv.date > date:
            newest[csv.kind] = (csv.date, [entry.key])
        elif csv.date == date:
            found.append(entry.key)
    return [
        Input(key, kind, lambda key=key: store.stream(key))  # type: ignore[misc]
        for kind, (_, found) in sorted(newest.items())
        for key in sorted(found)  # listing order varies by server; the run id depends on ours
    ]
