"""Trusted/Local of what runs were given: what it says of titles, and what it never doubles."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import harvester
from csvs import MOVIES, movies
from made_lake import Made, csv, given, make, table
from scripted_tmdb import scripted_tmdb

from harvester.stores import open_store
from harvester.zones.trusted.build import build_trusted

LAKE = Path("l")
LOCAL = "Trusted/Local/Parquet"


def _row(number: int, **more: str) -> str:
    values = dict.fromkeys(MOVIES.split("|"), "\\N") | {"id": f"tt{number:07d}", **more}
    return "|".join(values.values())


def _csv(*rows: str) -> str:
    return "\n".join([MOVIES, *rows, ""])


async def _trusted() -> dict[str, Any]:
    async with open_store("l") as store:
        done = await build_trusted(store, "duckdb", rebuild=False)
    assert not done.breaches, done.checks
    return done.plain()


def _movies() -> dict[str, dict[str, Any]]:
    return {row["imdb_id"]: row for row in table(LAKE, f"{LOCAL}/Movies")}


async def test_a_run_from_a_csv_outside_the_lake_gives_its_ratings() -> None:
    """From the command line: `in_csv` and IMDb's rating in Refined, from a file that is gone."""
    movies(Path("m.csv"), [1, 2])
    async with scripted_tmdb() as tmdb:
        tmdb.find("tt0000001", "movie", 11)
        tmdb.find("tt0000002", "movie", 12)
        ran = await harvester("run", "m.csv", "--lake", "l", "--json", tmdb=tmdb.base_url)
        assert ran.code == 0, ran.err
        Path("m.csv").unlink()
        for zone in ("trusted", "refined"):
            ended = await harvester(zone, "--lake", "l")
            assert ended.code in {0, 3}, ended.err  # nothing is gained from such short answers
        bare = await harvester("run", "--lake", "l", tmdb=tmdb.base_url)
    titles = {row["title_id"]: row for row in table(LAKE, "Refined/Parquet/dim_title")}
    facts = {row["title_id"]: row for row in table(LAKE, "Refined/Parquet/fact_title")}
    assert {key: row["in_csv"] for key, row in titles.items()} == {
        "tt0000001": True,
        "tt0000002": True,
    }
    assert {row["imdb_rating"] for row in facts.values()} == {7.0}
    assert bare.code == 2
    assert "holds no CSV under Raw/Local/CSV/" in bare.err


async def test_the_same_file_given_and_uploaded_doubles_no_row() -> None:
    """Titles, artists and rejects are those of the file read once."""
    text = _csv(_row(1, nomeArtista="A"), _row(1, nomeArtista="B"), _row(2, anoLancamento="x"))
    await make(LAKE, [Made("tt0000001")], inputs=(given(LAKE, "m.csv", text),))
    await _trusted()
    names = ("Movies", "Series", "Cast", "Rejects")
    alone = {name: table(LAKE, f"{LOCAL}/{name}") for name in names}
    assert [len(alone[name]) for name in names] == [1, 0, 2, 1]
    csv(LAKE, "Movies/up.csv", text)
    assert "local" in (await _trusted())["built"]
    both = {name: table(LAKE, f"{LOCAL}/{name}") for name in names}
    assert {row["file"] for row in both["Rejects"]} == {"Raw/Local/CSV/Movies/2026/11/24/up.csv"}
    for name in ("Movies", "Series", "Cast"):
        assert both[name] == alone[name]
    assert len(both["Rejects"]) == 1


async def test_of_several_versions_the_newest_stands() -> None:
    """A title's row and its artists are those of the newest CSV, not of both."""
    old = _csv(_row(1, notaMedia="5.0", nomeArtista="A", profissao="actor"), _row(2))
    new = _csv(_row(1, notaMedia="6.0", nomeArtista="A", profissao="actor,writer"))
    await make(LAKE, [Made("tt0000001")], run="20261124-0a", inputs=(given(LAKE, "m.csv", old),))
    await _trusted()
    assert _movies()["tt0000001"]["rating"] == 5.0
    later = date(2026, 11, 25)
    inputs = (given(LAKE, "m.csv", new),)
    await make(LAKE, [Made("tt0000001")], run="20261125-0a", day=later, inputs=inputs)
    await _trusted()
    assert _movies()["tt0000001"]["rating"] == 6.0
    assert "tt0000002" in _movies()
    (artist,) = table(LAKE, f"{LOCAL}/Cast")
    assert artist["professions"] == ["actor", "writer"]


async def test_a_list_of_ids_takes_no_rating_away() -> None:
    """A run of a later list of ids leaves what a CSV said of them, artists too."""
    csv(LAKE, "Movies/m.csv", _csv(_row(1, tituloPincipal="T", notaMedia="5.0", nomeArtista="A")))
    later = date(2026, 11, 25)
    listed = given(LAKE, "ids.txt", "tt0000001\ntt0000003\n")
    await make(LAKE, [Made("tt0000001")], run="20261125-0a", day=later, inputs=(listed,))
    await _trusted()
    found = _movies()
    assert (found["tt0000001"]["title"], found["tt0000001"]["rating"]) == ("T", 5.0)
    assert found["tt0000003"]["rating"] is None
    assert len(table(LAKE, f"{LOCAL}/Cast")) == 1


@pytest.mark.parametrize("begun", [True, False])
async def test_what_a_simulated_run_was_given_goes_with_it(begun: bool) -> None:
    """Beside a real run with a committed unit, its CSV is not read; one without a unit is none."""
    fake = given(LAKE, "fake.csv", _csv(_row(1, notaMedia="1.0")))
    real = given(LAKE, "real.csv", _csv(_row(2, notaMedia="9.0")))
    made = [Made("tt0000001")]
    await make(LAKE, made, run="20261124-0a", synthetic=True, inputs=(fake,))
    await _trusted()
    assert set(_movies()) == {"tt0000001"}
    await make(LAKE, made, run="20261124-0b", inputs=(real,))
    if not begun:
        shutil.rmtree("l/Raw/TMDB/_harvest/20261124-0b/units")
    await _trusted()
    assert set(_movies()) == ({"tt0000002"} if begun else {"tt0000001"})


async def test_a_kept_file_that_was_damaged_is_left_out_and_named_each_time() -> None:
    """Its rows would be fewer, or others: exit 3, until it is whole again or gone."""
    movies(Path("m.csv"), [1, 2])
    Path("n.csv").write_text(_csv(_row(7, tituloPincipal="C")), encoding="utf-8")
    async with scripted_tmdb() as tmdb:
        for number in (1, 2, 7):
            tmdb.find(f"tt{number:07d}", "movie", number)
        ran = await harvester("run", "m.csv", "n.csv", "--lake", "l", tmdb=tmdb.base_url)
        assert ran.code == 0, ran.err
    (kept,) = Path("l/Raw/Local/CSV/_runs").rglob("m.csv")
    data, key = kept.read_bytes(), kept.relative_to("l").as_posix()
    for damage in (data[: len(data) // 2], data.replace(b"tt0000002", b"tt0000003")):
        kept.write_bytes(damage)
        for _ in range(2):
            ended = await harvester("trusted", "--lake", "l")
            assert ended.code == 3, ended.err
            assert f"{key} is not the file that a run was given, and is left out" in ended.err
        assert (await _trusted())["damaged_files"] == [key]
        assert set(_movies()) == {"tt0000007"}
    kept.write_bytes(data)
    assert (await _trusted())["damaged_files"] == []
    assert set(_movies()) == {"tt0000001", "tt0000002", "tt0000007"}


async def test_a_genre_without_a_name_is_none() -> None:
    """Neither between commas nor alone."""
    csv(LAKE, "Movies/m.csv", _csv(_row(1, genero="Drama, ,,Action"), _row(2, genero=",")))
    await _trusted()
    assert not table(LAKE, f"{LOCAL}/Rejects")
    assert {key: row["genres"] for key, row in _movies().items()} == {
        "tt0000001": ["Drama", "Action"],
        "tt0000002": [],
    }
