"""What a user names → inputs: files, folders, s3:// keys, standard input, ids, the lake's own."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harvester.errors import InputError
from harvester.hints import nearest
from harvester.inputs.export import ExportInput
from harvester.inputs.input import Input, InputTitles
from harvester.inputs.instead import CHECK, instead_of, shown
from harvester.inputs.questions import SCHEME, question_input
from harvester.inputs.reader import TitleReader
from harvester.inputs.standard_input import standard_input
from harvester.lake import keys
from harvester.lake.conditions import Condition
from harvester.lake.feeding import feed
from harvester.lake.title_table import TitleTable
from harvester.model import Kind
from harvester.origins.tmdb.exports.export_file import export_of
from harvester.regular_file import NoRegularFile, check_regular, open_regular
from harvester.stores import Store, open_store

_CHUNK = 1 << 16
_CSV_SUFFIXES = (".csv", ".csv.gz")


@dataclass(frozen=True, slots=True)
class CsvInput:
    """A CSV or list by name, the kind it must be read as (None: it tells itself), and its bytes.

    `path` is of a local file. Standard input can be read only `once`. `votes` gets those of its
    titles, where they are asked for.
    """

    name: str
    kind: Kind | None
    chunks: Callable[[], AsyncIterator[bytes]]
    path: Path | None = None
    once: bool = False
    votes: TitleTable | None = None

    async def read(self, where: Sequence[Condition], seen: set[int]) -> InputTitles:
        """Read it through once, in chunks."""
        reader = TitleReader(self.name, kind=self.kind, where=where, seen=seen, votes=self.votes)
        await feed(reader, self.chunks())
        return InputTitles(*reader.close())


async def find_inputs(names: tuple[str, ...], kind: Kind | None, store: Store) -> Sequence[Input]:
    """Return the inputs a user named, in that order; with none named, the newest in the lake.

    The lake's newest are all CSVs of the latest date of each kind; there the folder tells the
    kind. An empty list means that the lake has none. Raises `InputError`.
    """
    if not names:
        return await newest_csvs(store)
    found: list[Input] = []
    for name in names:
        if name.startswith(SCHEME):
            found.append(question_input(name))
        else:
            found += csv_inputs(name, kind, store, instead_of(name))
    return [_as_export(one) if isinstance(one, CsvInput) else one for one in found]


def with_votes(inputs: Iterable[Input], votes: TitleTable) -> list[Input]:
    """Return the same inputs, which put the votes that their rows tell into `votes`."""
    return [replace(one, votes=votes) if isinstance(one, CsvInput) else one for one in inputs]


def _as_export(file: CsvInput) -> Input:
    """Return a file that is named like a daily export of TMDB as what it is."""
    export = export_of(re.split(r"[/\\]", file.name)[-1])
    return file if export is None else ExportInput(file.name, export, file.chunks)


def csv_inputs(name: str, kind: Kind | None, store: Store, way: str) -> list[CsvInput]:
    """Return what a name that is no question names; `way` is what to do where it is nothing.

    Raises `InputError`.
    """
    if name.startswith("s3://"):
        return _s3(name, kind)
    key = keys.parse_csv_key(name)
    if key is not None and not Path(name).exists():
        return [_in_lake(store, name, kind or key.kind)]
    return _local(name, kind, way)


def file_input(path: Path, kind: Kind | None) -> CsvInput:
    """Return a local file as an input."""

    async def chunks() -> AsyncIterator[bytes]:
        try:
            with open_regular(path) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
                    await asyncio.sleep(0)  # a signal may be pending
        except NoRegularFile as error:
            raise _no_file(str(path), error) from None
        except OSError as error:
            raise InputError(f"{path} can't be read: {error.strerror}") from None

    # A file's name may be no text at all; the plan is JSON.
    return CsvInput(str(path).encode(errors="replace").decode(), kind, chunks, path)


def csv_files(name: str, way: str = CHECK) -> list[Path]:
    """Return a folder's own CSVs by name, or the file itself.

    Raises `InputError`; `way` is what it says to do where there is neither.
    """
    path = Path(name)
    try:
        if not path.is_dir():
            check_regular(path)
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
        raise InputError(f"{shown(name)} does not exist{hint}: {way}") from None
    except NoRegularFile as error:
        raise _no_file(name, error) from None
    except OSError as error:
        raise InputError(f"{shown(name)} can't be read: {error.strerror}") from None
    except ValueError:  # a null character
        raise InputError(f"{name} can't be the name of a file: check this input") from None
    if not files:
        raise InputError(f"{name} is a folder without CSVs: name a .csv or .csv.gz, or its folder")
    return files


def _no_file(name: str, error: NoRegularFile) -> InputError:
    way = "copy it to a file and name that, or give it to `harvester run -` as standard input"
    return InputError(f"{shown(name)} can't be read: {error.strerror}; {way}")


def _local(name: str, kind: Kind | None, way: str) -> list[CsvInput]:
    if name == "-":
        return [CsvInput("-", kind, standard_input, once=True)]
    return [file_input(path, kind) for path in csv_files(name, way)]


def _neighbour(path: Path) -> str:
    """Return a hint at the file that was perhaps meant; empty when none is near."""
    try:
        # Files share endings: `a.csv` is 0.71 as near to `extra.csv`, and not meant.
        return nearest(path.name, [one.name for one in path.parent.iterdir()], at_least=0.8)
    except OSError:
        return ""


def _s3(name: str, kind: Kind | None) -> list[CsvInput]:
    bucket, _, key = name.removeprefix("s3://").partition("/")
    if not bucket or {"", ".", ".."} & set(key.split("/")) or not _is_unicode(name):
        raise InputError(f"{name} names no object: an input in S3 is s3://bucket/key.csv")

    async def chunks() -> AsyncIterator[bytes]:
        async with open_store(f"s3://{bucket}") as store:
            async for chunk in store.stream(key):
                yield chunk

    return [CsvInput(name, kind, chunks)]


def _is_unicode(name: str) -> bool:
    """Say whether a name is text: arguments that are no UTF-8 hold halves of surrogate pairs."""
    return name == name.encode(errors="replace").decode()


async def newest_csvs(store: Store) -> list[CsvInput]:
    """Return the lake's CSVs of the latest date of each kind, by key."""
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
        _in_lake(store, key, kind)
        for kind, (_, found) in sorted(newest.items())
        for key in sorted(found)  # a listing's order is the server's; the run id depends on ours
    ]


def _in_lake(store: Store, key: str, kind: Kind) -> CsvInput:
    return CsvInput(key, kind, lambda: store.stream(key))
