"""From what a user names to inputs, and the titles that all inputs hold together."""

import gzip
import os
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import TextIO

import pytest
from reading import genres

from harvester.errors import InputError, LakeError
from harvester.inputs.id_map import read_id_map
from harvester.inputs.input import read_titles
from harvester.inputs.locate import CsvInput, find_inputs
from harvester.inputs.questions import question_input
from harvester.inputs.upload import upload_files
from harvester.lake.title_ids import pack
from harvester.model import Kind
from harvester.stores import Entry, Store, open_store

MOVIES = b"id|tituloPincipal|genero\ntt0000001|A|Drama\ntt0000002|B|Comedy\ntt0000001|A|Drama\n"
SERIES = b"id|anoTermino|genero\ntt0000002|\\N|Drama\ntt0000003|\\N|Drama\n"

DAY = date(2026, 11, 24)


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    """Return an empty lake."""
    async with open_store(str(tmp_path / "lake")) as opened:
        return opened


def written(path: Path, data: bytes = MOVIES) -> str:
    """Write an input and return its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


async def csvs_of(store: Store, *names: str, kind: Kind | None = None) -> list[CsvInput]:
    """Return what is found by these names, all of it CSVs or lists."""
    found = await find_inputs(names, kind, store)
    csvs = [one for one in found if isinstance(one, CsvInput)]
    assert len(csvs) == len(found)
    return csvs


async def bytes_of(one: CsvInput) -> bytes:
    """Return all bytes of an input."""
    return b"".join([chunk async for chunk in one.chunks()])


async def test_a_file_is_an_input_by_its_name(store: Store, tmp_path: Path) -> None:
    """Any named file is accepted, whatever its suffix, and read as it is."""
    name = written(tmp_path / "list.txt")
    (found,) = await csvs_of(store, name, kind="series")
    assert (found.name, found.kind) == (name, "series")
    assert await bytes_of(found) == MOVIES
    assert await bytes_of(found) == MOVIES


async def test_a_folder_is_its_csvs_in_order(store: Store, tmp_path: Path) -> None:
    """`.csv` and `.csv.gz` in any case, sorted; no hidden files, no folders, nothing deeper."""
    folder = tmp_path / "in"
    for name in ("b.CSV", "a.csv.gz", "c.csv", ".d.csv", "e.txt", "f.csv.bak", "sub/g.csv"):
        written(folder / name)
    (folder / "h.csv").mkdir()
    found = await csvs_of(store, str(folder))
    assert [Path(one.name).name for one in found] == ["a.csv.gz", "b.CSV", "c.csv"]


async def test_inputs_keep_the_order_in_which_they_are_named(store: Store, tmp_path: Path) -> None:
    """The order decides which input an id belongs to, and the run id."""
    names = tuple(written(tmp_path / name) for name in ("z.csv", "a.csv", "m.csv"))
    assert tuple(one.name for one in await csvs_of(store, *names)) == names


async def test_what_is_not_there_is_said(store: Store, tmp_path: Path) -> None:
    """A missing file, a folder without CSVs, an impossible name: one sentence that names it."""
    (tmp_path / "empty").mkdir()
    for name, expected in (
        (str(tmp_path / "no.csv"), "does not exist"),
        (str(tmp_path / "empty"), "a folder without CSVs"),
        (str(tmp_path / ("x" * 300)), "can't be read"),
        ("https://example.com/a.csv", "does not exist"),
    ):
        with pytest.raises(InputError) as caught:
            await find_inputs((name,), None, store)
        assert str(caught.value).startswith(name)
        assert expected in str(caught.value)


@pytest.mark.parametrize(
    "name", ["s3://", "s3://b", "s3://b/", "s3://b/x/", "s3:///k", "s3://b//k", "s3://b/../k"]
)
async def test_s3_without_a_good_key_is_refused(store: Store, name: str) -> None:
    """An input in S3 is one object; the error needs no request to S3."""
    with pytest.raises(InputError, match=rf"^{name} names no object"):
        await find_inputs((name,), None, store)


async def test_an_s3_key_is_an_input_by_its_uri(store: Store) -> None:
    """The lake need not be in S3; the object is requested only when it is read."""
    (found,) = await csvs_of(store, "s3://bucket/a b/c.csv", kind="movie")
    assert (found.name, found.kind) == ("s3://bucket/a b/c.csv", "movie")


async def test_a_title_of_tmdb_is_an_input_among_others(store: Store, tmp_path: Path) -> None:
    """`tmdb:movie/278` keeps its place between files, and is no path."""
    names = (written(tmp_path / "a.csv"), "tmdb:movie/278", written(tmp_path / "s.csv", SERIES))
    found = await find_inputs(names, None, store)
    assert found[1] == question_input("tmdb:movie/278")
    read = await read_titles(found, ())
    assert [one.numbers for one in read] == [[1, 2], [pack("movie:278")], [3]]


def _opened(data: bytes) -> TextIO:
    """Return a file as standard input is one."""
    Path("given").write_bytes(data)
    return Path("given").open(encoding="utf-8")


async def test_a_dash_is_standard_input(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads bytes, compressed or not."""
    with _opened(gzip.compress(MOVIES)) as given:
        monkeypatch.setattr(sys, "stdin", given)
        (only,) = await read_titles(await find_inputs(("-",), None, store), ())
    assert (only.facts.name, only.numbers) == ("-", [1, 2])


async def test_a_file_that_vanishes_is_said(store: Store, tmp_path: Path) -> None:
    """Between listing and reading, a file may disappear or turn out to be unreadable."""
    name = written(tmp_path / "a.csv")
    found = await find_inputs((name,), None, store)
    Path(name).unlink()
    with pytest.raises(InputError, match=r"a\.csv can't be read: No such file"):
        await read_titles(found, ())


@pytest.mark.timeout(30)
@pytest.mark.parametrize("what", ["pipe", "link", "/dev/zero", "/dev/fd"])
async def test_what_is_no_file_is_refused_unopened(what: str, store: Store) -> None:
    """It can't be read twice, and opening a pipe waits: `run`, `--id-map` and `upload` say so."""
    name, read, write = what, *os.pipe()
    os.mkfifo("pipe")
    if what == "link":
        Path("link").symlink_to("/dev/zero")
    elif what == "/dev/fd":  # as in `run <(command)`
        name = f"/dev/fd/{read}"
    if not Path(name).exists():
        pytest.skip(f"{name} is not everywhere")
    said = f"^{name} can't be read: it is no file but a pipe, .*`harvester run -` as standard input"
    try:
        with pytest.raises(InputError, match=said):
            await find_inputs((name,), None, store)
        with pytest.raises(InputError, match=said):
            await read_id_map(name, [1], store)
        with pytest.raises(InputError, match=said):
            await upload_files(store, [Path(name)], kind=None, when=DAY)
    finally:
        os.close(read)
        os.close(write)
    assert not Path("lake").exists()


@pytest.mark.timeout(30)
async def test_a_file_that_becomes_a_pipe_is_refused_unopened(store: Store) -> None:
    """Between listing, reading and keeping, too."""
    (one,) = await csvs_of(store, written(Path("a.csv")))
    Path("a.csv").unlink()
    os.mkfifo("a.csv")
    with pytest.raises(InputError, match=r"a\.csv can't be read: it is no file but a pipe"):
        await read_titles([one], ())
    with pytest.raises(InputError, match=r"a\.csv can't be read: it is no file but a pipe"):
        await store.upload("Raw/a.csv", Path("a.csv"), "0" * 64)


async def test_a_file_name_that_is_no_text_is_taken(store: Store, tmp_path: Path) -> None:
    """The plan is JSON: bytes of a name that are not text are shown as `?`; the file is read."""
    path = os.fsencode(tmp_path) + b"/\xff.csv"
    try:
        Path(os.fsdecode(path)).write_bytes(MOVIES)
    except OSError:
        pytest.skip("this file system takes only text as a name")
    (only,) = await read_titles(await find_inputs((os.fsdecode(path),), None, store), ())
    assert only.facts.name == f"{tmp_path}/?.csv"


async def test_an_empty_lake_has_no_inputs(store: Store) -> None:
    """Having none is not an error here: `--local` then provides the sample."""
    assert await find_inputs((), None, store) == []


async def test_the_newest_of_each_kind_are_taken_from_the_lake(store: Store) -> None:
    """All CSVs of the latest date of each kind; movies first; nothing hidden or misplaced."""
    root = "Raw/Local/CSV"
    for key in (
        "Movies/2026/11/24/b.csv",
        "Movies/2026/11/24/a.csv",
        "Movies/2026/11/24/_SUCCESS",
        "Movies/2026/11/24/old/c.csv",
        "Movies/2026/11/03/d.csv",
        "Movies/2025/12/31/e.csv",
        "Series/2026/02/01/f.csv",
        "Series/2025/11/30/g.csv",
        "Shows/2027/01/01/h.csv",
    ):
        await store.put(f"{root}/{key}", MOVIES)
    kinds: tuple[Kind | None, ...] = (None, "movie", "series")
    for kind in kinds:
        found = await csvs_of(store, kind=kind)
        assert [(one.name.removeprefix(f"{root}/"), one.kind) for one in found] == [
            ("Movies/2026/11/24/a.csv", "movie"),
            ("Movies/2026/11/24/b.csv", "movie"),
            ("Series/2026/02/01/f.csv", "series"),
        ]


async def test_the_order_of_a_listing_does_not_matter(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every S3 server sorts its listings; the run id must be the same anyway."""
    keys = [
        f"Raw/Local/CSV/{folder}/2026/11/24/{n}.csv"
        for folder in ("Movies", "Series")
        for n in "abc"
    ]

    async def listing(_prefix: str) -> AsyncIterator[Entry]:
        for key in reversed(keys):
            yield Entry(key, 1)

    monkeypatch.setattr(store, "list", listing)
    assert [one.name for one in await csvs_of(store)] == keys


async def test_the_lakes_inputs_are_read_from_the_lake(store: Store) -> None:
    """Each input reads its own object: no loop variable is bound too late."""
    for name, data in (("a.csv", b"tt0000007\n"), ("b.csv", b"tt0000008\n")):
        await store.put(f"Raw/Local/CSV/Movies/2026/11/24/{name}", data)
    found = await csvs_of(store)
    assert [await bytes_of(one) for one in found] == [b"tt0000007\n", b"tt0000008\n"]
    await store.delete("Raw/Local/CSV/Movies/2026/11/24/a.csv")
    with pytest.raises(LakeError, match=r"a\.csv"):
        await bytes_of(found[0])


async def test_an_id_in_two_inputs_belongs_to_the_first(store: Store, tmp_path: Path) -> None:
    """Whatever the second calls it; the facts still describe what each input holds."""
    names = (written(tmp_path / "m.csv", MOVIES), written(tmp_path / "s.csv", SERIES))
    movies, series = await read_titles(await find_inputs(names, None, store), ())
    assert (movies.facts.kind, movies.numbers, movies.facts.distinct) == ("movie", [1, 2], 2)
    assert (series.facts.kind, series.numbers, series.facts.distinct) == ("series", [3], 2)
    series, movies = await read_titles(await find_inputs(names[::-1], None, store), ())
    assert (series.numbers, movies.numbers) == ([2, 3], [1])


async def test_genres_filter_before_an_id_is_given_away(store: Store, tmp_path: Path) -> None:
    """An id that the genre filter drops from the first input belongs to the second; any case."""
    names = (written(tmp_path / "m.csv", MOVIES), written(tmp_path / "s.csv", SERIES))
    movies, series = await read_titles(await find_inputs(names, None, store), genres("DRAMA"))
    assert (movies.numbers, series.numbers) == ([1], [2, 3])


async def test_the_facts_are_of_the_bytes_as_they_lie(store: Store, tmp_path: Path) -> None:
    """Uploaded or not, the same file gives the same sha256, and so the same run."""
    path = tmp_path / "m.csv"
    written(path)
    (done,) = await upload_files(store, [path], kind=None, when=DAY)
    (here,) = await read_titles(await find_inputs((str(path),), None, store), ())
    (there,) = await read_titles(await find_inputs((), None, store), ())
    assert here.facts.sha256 == there.facts.sha256 == done.facts.sha256
    assert here.facts.bytes == len(MOVIES)
    assert there.facts.name == done.key


async def test_a_key_of_the_lake_is_an_input(store: Store) -> None:
    """Its folder tells the kind, also where no file of this machine has its name."""
    key = "Raw/Local/CSV/Series/2026/11/24/list.txt"
    await store.put(key, b"tt0000007\n")
    (found,) = await read_titles(await find_inputs((key,), None, store), ())
    assert (found.facts.name, found.facts.kind, found.numbers) == (key, "series", [7])
    with pytest.raises(LakeError, match="none"):
        await read_titles(await find_inputs((f"{key}-none",), None, store), ())


@pytest.mark.parametrize("name", ["a\0b", "s3://bucket/\udcff"])
async def test_what_can_be_no_name_is_one_sentence(name: str, store: Store) -> None:
    """A null character, as TOML can write it, and bytes that are no UTF-8 in a key of S3."""
    with pytest.raises(InputError, match=r"names no object|can't be the name of a file"):
        await find_inputs((name,), None, store)
