"""Votes are read beside the ids, whatever the format, and change no id."""

from collections import deque
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.inputs.locate import file_input, with_votes
from harvester.inputs.reader import TitleReader
from harvester.lake.conditions import Condition
from harvester.lake.title_table import TitleTable

PIPES = "id|genero|numeroVotos|nomeArtista\n"


def read(text: str, step: int = 0, *where: Condition) -> tuple[list[int], dict[int, int]]:
    """Return the numbers of an input's ids, and the votes of each that has some."""
    votes = TitleTable()
    reader = TitleReader("m.csv", where=where, seen=set(), votes=votes)
    data = text.encode()
    for at in range(0, len(data), step or len(data)):
        deque(reader.feed(data[at : at + (step or len(data))]), 0)
    numbers = reader.close()[1]
    return numbers, {number: votes.get(number) or 0 for number in votes}


@pytest.mark.parametrize(
    ("text", "votes"),
    [
        ("858780", 858_780),
        (" 12 ", 12),
        ("0", 0),
        ("1234.0", 1_234),
        ("\\N", None),
        ("", None),
        ("N/A", None),
        ("-5", None),
        ("1.5", None),
        ("\u0663", None),
        ("9" * 16, None),
    ],
)
def test_what_is_a_number_of_votes(text: str, votes: int | None) -> None:
    """Whole numbers; for anything else a title has none, and its row stays."""
    numbers, found = read(f"{PIPES}tt0000007|Drama|{text}|X\n")
    assert numbers == [7]
    assert found == ({} if votes is None else {7: votes})


def test_thousands_may_be_set_off() -> None:
    """As exports for people do."""
    assert read('imdb_id,votes\ntt0000007,"858,780"\n')[1] == {7: 858_780}


def test_the_most_votes_of_a_titles_rows_count() -> None:
    """Of repeated rows, one below the other or not; those of a row that is rejected do not."""
    rows = ["tt0000001|A|5|X", "tt0000001|A|9|Y", "tt0000002|A|1|X", "tt0000001|A|7|Z", "x|A|99|X"]
    numbers, votes = read(PIPES + "\n".join(rows) + "\n")
    assert (numbers, votes) == ([1, 2], {1: 9, 2: 1})


def test_a_condition_chooses_titles_and_no_votes() -> None:
    """The most votes are known of a title whose other row is the one that holds."""
    text = f"{PIPES}tt0000001|Drama|5|X\ntt0000001|Drama|9|Y\ntt0000002|Crime|7|X\n"
    numbers, votes = read(text, 0, Condition("person", "X"), Condition("genre", "Drama"))
    assert numbers == [1]
    assert votes[1] == 9


def test_without_such_a_column_there_are_none() -> None:
    """Of a list of ids, too."""
    assert read("id|genero\ntt0000001|Drama\n") == ([1], {})
    assert read("tt0000001\ntt0000002\n") == ([1, 2], {})


ROWS = st.lists(st.tuples(st.integers(1, 4), st.none() | st.integers(0, 10**6)), min_size=1)


@given(ROWS, st.sampled_from(["|", ",", ";", "\t"]), st.integers(1, 50))
def test_ids_are_those_that_are_read_without_votes(
    rows: list[tuple[int, int | None]], delimiter: str, step: int
) -> None:
    """In the same order, by any format and in any pieces; the votes are the highest."""
    lines = [("tconst", "x", "numVotes")] + [
        (f"tt{number:07d}", "a", "" if votes is None else str(votes)) for number, votes in rows
    ]
    text = "".join(f"{delimiter.join(line)}\n" for line in lines)
    numbers, votes = read(text, step)
    plain = TitleReader("m.csv", seen=set())
    deque(plain.feed(text.encode()), 0)
    assert numbers == plain.close()[1]
    highest: dict[int, int] = {}
    for number, count in rows:
        if count is not None:
            highest[number] = max(count, highest.get(number, 0))
    assert votes == highest


async def test_inputs_share_what_they_tell(tmp_path: Path) -> None:
    """A title of the first input has the votes that only the second tells."""
    (tmp_path / "a.csv").write_text("imdb_id,x\ntt0000001,1\n")
    (tmp_path / "b.csv").write_text("imdb_id,votes\ntt0000001,5\ntt0000002,6\n")
    votes = TitleTable()
    seen: set[int] = set()
    plain = [file_input(tmp_path / name, None) for name in ("a.csv", "b.csv")]
    read_titles = [list((await one.read((), seen)).numbers) for one in with_votes(plain, votes)]
    assert read_titles == [[1], [2]]
    assert [votes.get(1), votes.get(2)] == [5, 6]
