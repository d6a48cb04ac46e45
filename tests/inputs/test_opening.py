"""What stands above a header: blank lines, `sep=`, comments, a title."""

import gzip
import tracemalloc

import pytest
from reading import read

from harvester.errors import InputError


@pytest.mark.parametrize("chunk", [1, 1 << 20])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "above",
    [
        "sep=;",
        "SEP=;",
        '"sep=;"',
        "\ufeffsep=;",
        "sep=;;;",
        "\n\nsep=;\n",
        "# exported 2026-11-24, 2 films",
        "My films",
        "My films;;",
        "My films\n\n# of 2026",
        "Exported;2026-11-24",
    ],
)
def test_lines_above_the_header(above: str, end: str, chunk: int) -> None:
    """They are passed over, and lines are counted from the file's first."""
    lines = [*above.split("\n"), "imdb_id;title", "tt0111161;a, b", "nm1;c"]
    facts, numbers = read(end.join(lines), chunk=chunk)
    assert numbers == [111161]
    assert facts.rejects[0].line == len(lines)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^", ":"])
def test_sep_names_any_delimiter(delimiter: str) -> None:
    """Excel takes any character after `sep=`, and so do we; of no use, it does no harm."""
    rows = [["t", "imdb_id"], ["a", "tt0111161"], ["b", "tt0068646"]]
    data = f"sep={delimiter}\r\n" + "\r\n".join(map(delimiter.join, rows))
    assert read(data)[1] == [111161, 68646]
    assert read(gzip.compress(data.encode()))[1] == [111161, 68646]
    assert read(f"sep={delimiter}\ntt0111161\n")[1] == [111161]


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_a_cell_called_id_is_no_header(chunk: int) -> None:
    """A film may be called Id: the sentence still names the file's own columns."""
    data = "Date,Name,Year\n2024-01-01,Id,2005\n2024-01-02,Heat,1995\n"
    with pytest.raises(InputError, match=r"no column .* \(it has: Date, Name, Year\)"):
        read(data, chunk=chunk)


def test_a_header_is_not_looked_for_forever() -> None:
    """Ten lines without one are enough."""
    with pytest.raises(InputError, match=r"no column .* \(it has: a title\)"):
        read("a title\n" * 10 + "imdb_id,t\ntt0111161,a\n")


def test_numbers_below_a_title_are_no_list() -> None:
    """A lone column under another name is no list of ids: its numbers may be anything."""
    with pytest.raises(InputError, match="no column"):
        read("tmdb\n19995\n285\n")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^"])
@pytest.mark.parametrize("column", ["\x01", '"\n"'])
def test_a_header_of_too_many_columns_is_refused(delimiter: str, column: str) -> None:
    """10,000 are read; one more is told by the file's name, also of a header of many lines."""
    sep = "sep=^\n" if delimiter == "^" else ""
    if "\n" in column and delimiter in "|\t^":
        column = "x"
    header = delimiter.join(["imdb_id", *[column] * 9_999])
    row = delimiter.join(["tt0111161", *[""] * 9_999])
    assert read(f"{sep}{header}\n{row}\n")[1] == [111161]
    with pytest.raises(InputError, match=r"first line of 10,001 columns, and 10,000 are the most"):
        read(f"{sep}{header}{delimiter}{column}\n{row}{delimiter}\n")


def test_a_header_of_millions_of_columns_is_not_split() -> None:
    """What 14 KB of gzip hold takes no more memory than its line."""
    header = b"imdb_id," + b"\x01," * 4_900_000
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=r"4,900,002 columns.*: save it with"):
            read(gzip.compress(header + b"\ntt0111161\n", 1), chunk=1 << 16)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * len(header)


def test_a_sep_line_of_megabytes_takes_no_more_than_its_text() -> None:
    """A pattern that could give characters back would note each of them."""
    above = b"sep=" + b"," * 9_000_000
    tracemalloc.start()
    try:
        assert read(gzip.compress(above + b"\nimdb_id,t\ntt0111161,a\n", 1))[1] == [111161]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * len(above)
