"""Titles get their names from the CSVs of their run that the lake has."""

from pathlib import Path

import pytest

from harvester.lake import keys
from harvester.model import InputFacts
from harvester.run.title_names import title_names

UPLOADED = "Raw/Local/CSV/Movies/2026/11/24/m.csv"
SHA = "a" * 64


def _facts(name: str = UPLOADED, sha256: str = SHA) -> InputFacts:
    return InputFacts(name, "movie", 1, sha256, 2, 2, 0, ())


def _put(key: str, text: str) -> None:
    path = Path("l") / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("id|tituloPincipal\ntt0000001|One\ntt0000002|Two\n", {"tt0000001": "One"}),
        ("tconst\tprimaryTitle\ntt1\t\\N\ntt0000001\tOne, again\n", {"tt0000001": "One, again"}),
        ("imdb_id,year\ntt0000001,1999\n", {}),
        ("tt0000001\n", {}),
        ("imdb_id,title\ntt0000001\n", {}),
        ("imdb_id,title\ntt0000001,\n", {}),
        ("", {}),
        ("no,column,of,ids\n1,2,3,4\n", {}),
    ],
)
async def test_the_name_is_that_of_the_title_column(text: str, names: dict[str, str]) -> None:
    """A list of ids, a row or a file that can't be read and a null name no title."""
    _put(UPLOADED, text)
    assert await title_names("l", [_facts()], ["tt0000001"]) == names


async def test_a_file_that_the_run_was_given_is_found_by_its_hash() -> None:
    """It is kept in the lake under that; what several name is called as the first says."""
    _put(keys.given_csv_key(SHA, "x.csv"), "imdb_id,title\ntt0000001,One\n")
    _put(UPLOADED, "imdb_id,title\ntt0000001,Other\ntt0000002,Two\n")
    found = await title_names(
        "l", [_facts("x.csv"), _facts(sha256="b" * 64)], ["tt0000001", "tt0000002", "movie:3"]
    )
    assert found == {"tt0000001": "One", "tt0000002": "Two"}


async def test_an_input_that_the_lake_lacks_names_none() -> None:
    """Questions, and CSVs of runs by earlier versions."""
    Path("l").mkdir()
    assert await title_names("l", [_facts("tmdb:movie/278"), _facts()], ["movie:278"]) == {}
