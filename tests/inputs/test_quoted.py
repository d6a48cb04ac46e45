"""Odd quotes: each costs its own line at most, in bounded time, wherever chunks are cut."""

import csv
import io
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read, read_cut

IMDB = "tconst\ttitleType\tprimaryTitle\tstartYear\n"
WORDS = st.text(st.sampled_from('ab "\n,;\t\\'), max_size=6)
ODD = st.text(st.sampled_from('x"",;\t\\ '), max_size=8)


@pytest.mark.parametrize("chunk", [5, 1 << 20])
def test_imdb_s_datasets_quote_nothing(chunk: int) -> None:
    """In a TSV of IMDb's a quote is a character, closed or not; every row is taken as it stands."""
    rows = ['tt1\tmovie\t"Open\t1972', 'tt2\tmovie\t"Two" of it\t1974', 'tt3\tmovie\t"Whole"\t1975']
    facts, numbers = read(IMDB + "\n".join(rows), chunk=chunk)
    assert (numbers, facts.rejected) == ([1, 2, 3], 0)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "odd",
    [
        'tt2,"open,x',
        'tt2,"a "b" c",x',
        r'tt2,"He said \"no\" twice",x',
        r'tt2,"He said \"no, never\"",x',
        'tt2,"a"b,x',
        'tt2,"',
        "tt2",
        "tt2,a",
        '"tt2,a,b',
    ],
)
def test_one_odd_row(odd: str, delimiter: str) -> None:
    """The rows around it are taken, and it is taken or counted."""
    rows = ["imdb_id,title,note", 'tt1,"a, b",c', odd, 'tt3,"c, d",e', "tt4,f,g"]
    facts, numbers = read("\n".join(rows).replace(",", delimiter))
    assert set(numbers) - {2} == {1, 3, 4}
    assert facts.rows == 4
    assert facts.rejected == (0 if 2 in numbers else 1)
    assert all(reject.line == 3 for reject in facts.rejects)


def test_two_odd_quotes_swallow_nothing_between_them() -> None:
    """A quote that another slip closes holds lines that are rows: they are read as rows."""
    rows = ["imdb_id,title,year", 'tt0000001,"Alien,1979', "tt0000002,Brazil,1985"]
    rows += ['tt0000003,Gremlins",1984', "tt0000004,Heat,1995"]
    assert read("\n".join(rows))[1] == [1, 2, 3, 4]
    later = ["title,imdb_id", '"Alien,tt0000001', "Brazil,tt0000002", 'Gremlins",tt0000003']
    assert read("\n".join(later))[1] == [1, 2, 3]


def test_a_sound_row_of_several_lines_stays_one() -> None:
    """Lines inside quotes that are no rows of the file are text."""
    data = 'imdb_id,plot\ntt0000001,"A list:\n1,one\n2,two"\ntt0000002,b\n'
    facts, numbers = read(data)
    assert (numbers, facts.rows, facts.rejected) == ([1, 2], 2, 0)


@pytest.mark.parametrize("delimiter", ["|", ",", ";", "\t"])
@pytest.mark.parametrize("size", [131_073, 3_000_000])
def test_a_field_above_the_csv_module_s_limit(delimiter: str, size: int) -> None:
    """The limit is our 10 MB a line, whatever the delimiter, quotes and chunks."""
    for field in ("x" * size, f'"{"x" * size}"'):
        rows = [["imdb_id", "cast"], ["tt1", field], ["tt2", "y"]]
        facts, numbers = read("\n".join(map(delimiter.join, rows)), chunk=1 << 16)
        assert (numbers, facts.rejected) == ([1, 2], 0)


def test_a_limit_that_others_set_does_not_count() -> None:
    """The csv module's limit is one for the whole process; who lowers it does no harm."""
    before = csv.field_size_limit(100)
    try:
        assert read(f'imdb_id,t\ntt1,"{"x" * 1000}"\n')[1] == [1]
    finally:
        csv.field_size_limit(before)


@given(
    st.lists(st.tuples(st.integers(1, 10**7), WORDS), max_size=8),
    st.lists(st.tuples(st.integers(0, 8), ODD), max_size=4),
    st.sampled_from([",", ";", "\t"]),
    st.lists(st.integers(0, 300), max_size=8),
)
def test_odd_lines_cost_no_other_row(
    rows: list[tuple[int, str]], odd: list[tuple[int, str]], delimiter: str, cuts: list[int]
) -> None:
    """Whatever lines stand between sound rows, every sound row's id is taken."""
    written = []
    for number, title in rows:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(
            (f"tt{number:07d}", title)
        )
        written.append(out.getvalue())
    for place, line in odd:
        written.insert(place, f"{line}\n")
    data = f"imdb_id{delimiter}title\n{''.join(written)}tt9999999{delimiter}last\n".encode()
    result = read_cut(data, cuts)
    assert not isinstance(result, str), result
    assert {number for number, _ in rows} <= set(result[1])
    assert result == read_cut(data, [])


@pytest.mark.parametrize(
    "line",
    [
        'a","b\n',
        'tt0000001,x","y\n',
        pytest.param('"x"y\n', marks=pytest.mark.slow),
        pytest.param('tt1,"\n', marks=pytest.mark.slow),
        '"\n',
        pytest.param('x,"""b\n', marks=pytest.mark.slow),
    ],
)
def test_odd_lines_take_no_more_than_their_share(line: str) -> None:
    """Time grows with a file's size, not with its square, whatever its quotes do."""
    took = []
    for times in (1, 4):
        data = "imdb_id,t\ntt7,a\n" + line * (times * 300_000 // len(line)) + '"\n'
        began = time.process_time()
        read(data)
        took.append(time.process_time() - began)
    assert took[1] < 10 * took[0] + 1


@pytest.mark.parametrize("chunk", [1 << 16, 1 << 25])
def test_a_row_of_too_many_lines(chunk: int) -> None:
    """Above 100,000 lines no quotes make a row: each line is read by itself."""
    for lines, found in [(99_999, [1, 2]), (100_000, [2])]:
        text = "id,a,b\ntt1," + '"' + "x\n" * lines + '",b\ntt2,a,b\n'
        facts, numbers = read(text, chunk=chunk)
        assert (numbers, facts.rejected > 0) == (found, found == [2])


@pytest.mark.slow  # tracing every allocation takes twenty seconds
@pytest.mark.timeout(300)
def test_a_quote_that_never_ends_before_short_lines() -> None:
    """What is held of them is bounded, since each of two bytes is an object of sixty."""
    text = 'id,a\ntt1,a\ntt2,"' + "x\n" * 2_000_000
    tracemalloc.start()
    try:
        facts, numbers = read(text, chunk=1 << 16)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (facts.rows, numbers) == (2_000_001, [1, 2])
    assert most < 60_000_000, most
