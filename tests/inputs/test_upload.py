"""Input CSVs go into the lake byte for byte, once, and are never changed."""

import gzip
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harvester.errors import InputError
from harvester.inputs.upload import Uploaded, UploadObserver, upload_files
from harvester.model import Kind
from harvester.stores import Store, open_store

DAY = date(2026, 1, 5)
MOVIES = b'\xef\xbb\xbfid|tituloPincipal|genero\r\ntt0000001|"A|Drama\r\n\r\n'
SERIES = b"id|anoTermino\ntt0000003|\\N"


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    """Return an empty lake."""
    async with open_store(str(tmp_path / "lake")) as opened:
        return opened


def file(path: Path, data: bytes) -> Path:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


async def keys(store: Store) -> list[str]:
    """Return every key of the lake."""
    return [entry.key async for entry in store.list("")]


@pytest.mark.parametrize(
    "data",
    [MOVIES, gzip.compress(MOVIES, mtime=0), MOVIES + b"tt0000002|B|Drama\n" * 200_000],
    ids=["plain", "gzip", "more than a chunk"],
)
async def test_a_csv_is_stored_byte_for_byte(store: Store, tmp_path: Path, data: bytes) -> None:
    """BOM, CRLF, quotes, blank lines and compression stay as the user made them."""
    source = file(tmp_path / "in" / "my movies.csv", data)
    (done,) = await upload_files(store, [source], kind=None, when=DAY)
    assert done.key == "Raw/Local/CSV/Movies/2026/01/05/my movies.csv"
    assert await store.get(done.key) == data
    assert done.facts.bytes == len(data)
    assert source.read_bytes() == data


async def test_the_same_file_twice_is_fine(store: Store, tmp_path: Path) -> None:
    """An upload that is repeated after a lost connection reports the same result."""
    source = file(tmp_path / "m.csv", MOVIES)
    first = await upload_files(store, [source], kind=None, when=DAY)
    assert first[0].how == "written"
    again = await upload_files(store, [source, source], kind=None, when=DAY)
    assert again == [replace(first[0], how="same")]
    assert await keys(store) == [first[0].key]


async def test_other_bytes_in_the_same_place_are_refused(store: Store, tmp_path: Path) -> None:
    """An object in the lake is never changed, not even by a file that only grew."""
    source = file(tmp_path / "m.csv", MOVIES)
    (done,) = await upload_files(store, [source], kind=None, when=DAY)
    for data in (MOVIES + b"tt0000009|B|Drama\n", MOVIES.replace(b"0001", b"0002")):
        file(source, data)
        with pytest.raises(InputError, match=r"another file as Raw/Local/CSV/Movies.*--date"):
            await upload_files(store, [source], kind=None, when=DAY)
        assert await store.get(done.key) == MOVIES
    (next_day,) = await upload_files(store, [source], kind=None, when=date(2026, 1, 6))
    assert await store.get(next_day.key) == source.read_bytes()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("a.csv", b""),
        ("a.csv", b"id|titulo\n"),
        ("a.csv", b"a;b;c\n1;2;3\n"),
        ("a.csv.gz", gzip.compress(MOVIES, mtime=0)[:-9]),
    ],
)
async def test_what_holds_no_titles_is_refused_before_anything_is_written(
    store: Store, tmp_path: Path, name: str, data: bytes
) -> None:
    """All files are read first: a bad second one keeps the good first one out, too."""
    good = file(tmp_path / "good.csv", MOVIES)
    bad = file(tmp_path / name, data)
    with pytest.raises(InputError, match=name):
        await upload_files(store, [good, bad], kind=None, when=DAY)
    assert await keys(store) == []


@pytest.mark.parametrize(
    ("name", "why"), [("missing.csv", "does not exist"), (".", "folder without CSVs")]
)
async def test_what_is_no_file_is_refused(
    store: Store, tmp_path: Path, name: str, why: str
) -> None:
    """A missing file or a folder without CSVs gives one sentence, and nothing is written."""
    with pytest.raises(InputError, match=why):
        await upload_files(store, [tmp_path / name], kind=None, when=DAY)
    assert await keys(store) == []


@pytest.mark.parametrize("name", [".movies.csv", "_movies.csv", "a\nb.csv"])
async def test_a_name_that_readers_skip_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    """A hidden CSV would be stored in the lake and never be found again."""
    with pytest.raises(InputError, match="rename it"):
        await upload_files(store, [file(tmp_path / name, MOVIES)], kind=None, when=DAY)
    assert await keys(store) == []


@pytest.mark.parametrize(
    ("name", "data", "kind", "folder"),
    [
        ("series.csv", MOVIES, None, "Movies"),
        ("movies.csv", SERIES, None, "Series"),
        ("my_series.csv", b"tt0000001\n", None, "Series"),
        ("anything.csv", b"tt0000001\n", None, "Movies"),
        ("movies.csv", MOVIES, "series", "Series"),
        ("series.csv", SERIES, "movie", "Movies"),
    ],
)
async def test_the_folder_is_by_columns_then_name_unless_as_says(
    store: Store, tmp_path: Path, name: str, data: bytes, kind: Kind | None, folder: str
) -> None:
    """`--as` decides; otherwise columns take precedence over the name."""
    (done,) = await upload_files(store, [file(tmp_path / name, data)], kind=kind, when=DAY)
    assert done.key == f"Raw/Local/CSV/{folder}/2026/01/05/{name}"


async def test_two_files_of_one_name_cannot_both_stand(store: Store, tmp_path: Path) -> None:
    """Both are named, and neither is written: it is unknown which one was meant."""
    first = file(tmp_path / "a" / "m.csv", MOVIES)
    second = file(tmp_path / "b" / "m.csv", MOVIES + b"tt0000009|B|Drama\n")
    with pytest.raises(InputError, match=r"a/m\.csv and .*b/m\.csv would both be"):
        await upload_files(store, [first, second], kind=None, when=DAY)
    assert await keys(store) == []


async def test_a_folder_means_its_csvs(store: Store, tmp_path: Path) -> None:
    """As for `run`: .csv and .csv.gz of the folder itself, nothing hidden."""
    folder = tmp_path / "data"
    for name in ("b.csv", "a.CSV", ".hidden.csv", "notes.txt", "below/c.csv"):
        file(folder / name, MOVIES)
    file(folder / "s.csv.gz", gzip.compress(SERIES, mtime=0))
    done = await upload_files(store, [folder], kind=None, when=DAY)
    assert [one.key.rpartition("/")[2] for one in done] == ["a.CSV", "b.csv", "s.csv.gz"]
    assert sorted(await keys(store)) == sorted(one.key for one in done)


async def test_force_replaces_other_bytes(store: Store, tmp_path: Path) -> None:
    """It says so; bytes that are already there are still left alone."""
    source = file(tmp_path / "m.csv", MOVIES)
    await upload_files(store, [source], kind=None, when=DAY)
    file(source, MOVIES + b"tt0000009|B|Drama\n")
    ends = [
        (await upload_files(store, [source], kind=None, when=DAY, force=True))[0].how
        for _ in range(2)
    ]
    assert ends == ["replaced", "same"]


async def test_one_place_taken_keeps_no_other_out(store: Store, tmp_path: Path) -> None:
    """Everything that can be uploaded is uploaded and reported; then the refused ones are named."""
    files = [file(tmp_path / f"{name}.csv", MOVIES) for name in "abcdefg"]
    await upload_files(store, files[:1], kind=None, when=DAY)
    file(files[0], MOVIES + b"tt0000009|B|Drama\n")
    heard: list[Uploaded] = []
    observer = UploadObserver(done=heard.append)
    with pytest.raises(InputError, match=r"another file as \S+/a\.csv: .*--force"):
        await upload_files(store, files, kind=None, when=DAY, observer=observer)
    assert sorted(one.how for one in heard) == ["taken", *["written"] * 6]
    assert len(await keys(store)) == 7


async def test_all_bytes_are_heard_of_twice(store: Store, tmp_path: Path) -> None:
    """Each byte is read once to find its place, and sent once: the bar ends full."""
    source = file(tmp_path / "m.csv", MOVIES + b"tt0000002|B|Drama\n" * 200_000)
    size = source.stat().st_size
    for _ in range(2):
        moved: Counter[str] = Counter()
        totals: list[int] = []
        observer = UploadObserver(totals.append, lambda step, number: moved.update({step: number}))  # noqa: B023
        await upload_files(store, [source], kind=None, when=DAY, observer=observer)
        assert totals == [size]
        assert moved == {"reading": size, "sending": size}
