"""A daily file of ids: the titles in it, and what is no such file."""

import gzip
import json
import random
from collections import deque
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.errors import InputError
from harvester.lake.title_ids import unpack
from harvester.origins.tmdb.exports.export_file import Export, export_of
from harvester.origins.tmdb.exports.reader import ExportReader, ExportTitles

MOVIES = Export("movies")


def line(tmdb_id: int, popularity: float = 1.0, **more: Any) -> bytes:
    """Return a line as TMDB writes it."""
    title = {"adult": False, "id": tmdb_id, "original_title": "T", "popularity": popularity}
    return json.dumps(title | more, separators=(",", ":")).encode()


def read(
    stored: bytes, export: Export = MOVIES, *, chunk: int = 1 << 16, **options: Any
) -> ExportTitles:
    """Read a file in chunks."""
    reader = ExportReader("f.json.gz", export, **options)
    for start in range(0, len(stored), chunk):
        deque(reader.feed(stored[start : start + chunk]), 0)
    return reader.close()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 50), st.floats(0, 9_000)), min_size=1, max_size=60),
    st.integers(1, 300),
    st.booleans(),
)
def test_the_most_popular_comes_first_and_each_once(
    titles: list[tuple[int, float]], chunk: int, packed: bool
) -> None:
    """Whatever the order of lines, the size of chunks and the compression."""
    text = b"\n".join(line(tmdb_id, popularity) for tmdb_id, popularity in titles)
    found = read(gzip.compress(text, mtime=0) if packed else text, chunk=chunk)
    best: dict[int, int] = {}
    for tmdb_id, popularity in titles:
        best[tmdb_id] = max(best.get(tmdb_id, 0), int(popularity * 10_000))
    wanted = sorted(best, key=lambda tmdb_id: (-best[tmdb_id], tmdb_id))
    assert [unpack(number) for number in found.numbers] == [f"movie:{one}" for one in wanted]
    assert (found.lines, found.bad) == (len(titles), 0)


def test_what_is_asked_for_is_chosen() -> None:
    """A least popularity, no videos; adult titles only in a file of theirs."""
    text = b"\n".join(
        (line(1, 0.5), line(2, 5), line(3, 9, video=True), line(4, 9, adult=True), line(5, 7))
    )
    assert len(read(text).numbers) == 4
    chosen = read(text, least=1.0, with_videos=False)
    assert [unpack(number) for number in chosen.numbers] == ["movie:5", "movie:2"]
    adult = read(text, Export("adult-series"))
    assert [unpack(number) for number in adult.numbers][:2] == ["tv:3", "tv:4"]


BAD = [b"", b"{", b"null", b'{"id":null}', b'{"id":"7"}', b'{"id":true}', b'{"id":0}', b'{"id":-1}']


DEEP = b'{"id":7,"x":%b}' % (b"[" * 99_999 + b"]" * 99_999)


@pytest.mark.parametrize("bad", [*BAD, b'{"id":10000000000}', b'{"id":1}{"id":2}', b"\xff", DEEP])
def test_one_bad_line_of_a_thousand_is_counted_and_shown(bad: bytes) -> None:
    """It costs itself; one more ends in a sentence that names its line."""
    good = [line(number) for number in range(1, 1500)]
    text = b"\n".join([*good[:700], bad, *good[700:]]) + b"\n"
    found = read(text)
    assert (len(found.numbers), found.lines, found.bad) == (1499, 1500, 1)
    assert [reject.line for reject in found.rejects] == [701]
    with pytest.raises(InputError, match=r"f\.json\.gz has 2 bad lines of 11, .* in line 1 "):
        read(b"\n".join([bad, bad, *good[:9]]) + b"\n")


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (b"", "holds no line"),
        (gzip.compress(line(1), mtime=0)[:-9], "truncated"),
        (gzip.compress(line(1), mtime=0)[:-8] + bytes(8), "damaged"),
        (b"x" * (2 << 20), "more than 1 MB"),
        (b"<html>\n" * 9, "bad lines"),
    ],
)
def test_what_is_no_export_is_one_sentence(stored: bytes, said: str) -> None:
    """Torn, empty, or something else in its place."""
    with pytest.raises(InputError, match=said):
        read(stored)


@pytest.mark.parametrize(
    ("name", "export"),
    [
        ("movie_ids_11_25_2026.json.gz", "movies"),
        ("tv_series_ids_01_02_2026.json", "series"),
        ("adult_movie_ids_01_02_2026.json.gz", "adult-movies"),
        ("adult_tv_series_ids_01_02_2026.json.gz", "adult-series"),
        ("person_ids_01_02_2026.json.gz", None),
        ("movie_ids.json.gz", None),
        ("movies.csv", None),
    ],
)
def test_a_file_is_known_by_its_name(name: str, export: str | None) -> None:
    """Files of persons, collections and the like hold no titles."""
    found = export_of(name)
    assert (found and found.name) == export


def test_a_large_file_takes_bounded_memory_a_title() -> None:
    """The ids of shuffled lines are each there once."""
    ids = list(range(1, 20_001))
    random.Random(1).shuffle(ids)
    found = read(gzip.compress(b"\n".join(map(line, ids)), mtime=0))
    assert sorted(found.numbers) == sorted(set(found.numbers))
    assert found.numbers.itemsize * len(found.numbers) == 160_000


@pytest.mark.parametrize("popularity", ["-1", "-1e308", "1e308", "null"])
def test_a_popularity_that_is_none_drops_no_title(popularity: str) -> None:
    """Below 0 it is as 0, and comes last; above all bounds it comes first."""
    text = b'{"id":1,"popularity":%b}\n%b' % (popularity.encode(), line(2, 0.5))
    numbers = [unpack(number) for number in read(text).numbers]
    assert numbers == (["movie:1", "movie:2"] if popularity == "1e308" else ["movie:2", "movie:1"])
    assert len(read(text, least=0.1).numbers) == (2 if popularity == "1e308" else 1)
