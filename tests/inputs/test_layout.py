"""Which column holds the id, and whose numbers are IMDb's."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import InputError
from harvester.inputs.reader import TitleReader
from harvester.model import InputFacts


def read(data: str, name: str = "x.csv") -> tuple[InputFacts, list[int]]:
    """Read a whole input."""
    reader = TitleReader(name, seen=set())
    deque(reader.feed(data.encode()), 0)
    return reader.close()


NAMES = ["imdb_id", "IMDb ID", "imdbId", "IMDB-ID", " tconst", "Const", "\ufeffimdb_id"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("delimiter", ["|", ",", ";", "\t"])
def test_bare_numbers_under_imdb_s_names(name: str, delimiter: str) -> None:
    """Under IMDb's own names, however written, a number is an id that lost its `tt`."""
    rows = [[name, "id"], ["0111161", "278"], ["68646.0", "238"]]
    assert read("\n".join(map(delimiter.join, rows)))[1] == [111161, 68646]


@pytest.mark.parametrize("delimiter", ["|", ",", ";", "\t"])
@pytest.mark.parametrize("name", ["id", "ID", "imdb", "titleId", "imdb_url"])
def test_under_other_names_an_id_needs_its_tt(name: str, delimiter: str) -> None:
    """TMDB's 19995 in a column `id` is never tt0019995: the row is rejected, and says why."""
    rows = [[name, "t"], ["19995", "a"], ["tt0111161", "b"], ["285.0", "c"]]
    facts, numbers = read("\n".join(map(delimiter.join, rows)))
    assert numbers == [111161]
    assert facts.rejected == 2
    assert facts.rejects[0].why == (
        f"'19995' has no tt, and column {name} may hold another site's ids"
    )


@pytest.mark.parametrize("delimiter", ["|", ","])
@given(numbers=st.lists(st.integers(1, 10**7), min_size=1, max_size=5))
def test_a_file_of_another_site_s_ids_is_refused(delimiter: str, numbers: list[int]) -> None:
    """When no row has its `tt`, one sentence names the column and what to do."""
    rows = [["id", "title"], *([str(number), "x"] for number in numbers)]
    with pytest.raises(InputError) as caught:
        read("\n".join(map(delimiter.join, rows)), "tmdb.csv")
    said = str(caught.value)
    assert said.startswith("tmdb.csv has no IMDb id with its tt in column id, see line 2")
    assert "imdb_id" in said
    assert "\n" not in said


def test_a_list_headed_id_is_refused_too() -> None:
    """The same holds for one column; without a header a number is an id."""
    with pytest.raises(InputError, match="in column id, see line 2"):
        read("id\n19995\n285\n")
    assert read("0111161\n68646\n")[1] == [111161, 68646]


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        ("id,imdb,t\n278,tt0111161,a\n238,tt0068646,b\n", [111161, 68646]),
        ("imdb,id\ntt0111161,278\n", [111161]),
        ("id|imdb|t\n278|tt0111161|a\n238|tt0068646|b\n", [111161, 68646]),
        ("id,IMDb\ntt0111161,9.3\ntt0068646,9.2\n", [111161, 68646]),
        ("imdb|id\n9.3|tt0111161\n9.3|tt0068646\n", [111161, 68646]),
        ("imdb,id\n,tt0111161\ntt0068646,238\n", [111161, 68646]),
        ("id,imdb_id\ntt0000001,111161\n", [111161]),
        ("id,imdb_title_id\n1,tt0111161\n", [111161]),
        ("name,imdb_url\na,https://www.imdb.com/title/tt0111161/\n", [111161]),
        ("id,t\nhttps://www.imdb.com/title/tt0111161/,a\n", [111161]),
    ],
)
def test_a_column_of_imdb_ids_beside_id(data: str, numbers: list[int]) -> None:
    """It is taken instead of `id`; a column `imdb` counts by its values, which may be ratings."""
    assert read(data)[1] == numbers
