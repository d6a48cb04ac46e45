"""One title is one row, however it was asked for, and no two titles of TMDB are one."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from csvs import MOVIES
from made_lake import Made, csv, make, table

from harvester.stores import open_store
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

TABLES = ("fact_title", "fact_cast", "bridge_title_keyword")
FIRST, SECOND, THIRD = (date(2026, 11, day) for day in (23, 24, 25))


def _made(
    imdb_id: str | None, tmdb_id: int = 278, *, media: str = "movie", by_tmdb: bool = False
) -> Made:
    """Return a title with one person and one keyword, whose text tells how it was asked for."""
    key = f"{media}:{tmdb_id}"
    asked = key if by_tmdb else imdb_id
    person = {"id": 5, "name": "P", "character": "X", "order": 0}
    words = "keywords" if media == "movie" else "results"
    bodies = {
        "details": {"id": tmdb_id, "title": asked, "name": asked, "overview": "o"},
        "credits": {"cast": [person], "crew": []},
        "keywords": {words: [{"id": 3, "name": "k"}]},
    }
    id_ = key if by_tmdb else None
    return Made(imdb_id, "movie" if media == "movie" else "tv", tmdb_id, bodies, id=id_)


async def _lake(*runs: tuple[date, Made | str]) -> dict[str, dict[str, Any]]:
    """Build a lake of runs of one title each, and return `dim_title` by its key.

    A text is an id that TMDB has not.
    """
    for number, (day, one) in enumerate(runs):
        made, unmatched = ([], (one,)) if isinstance(one, str) else ([one], ())
        run = f"{day:%Y%m%d}-{number}"
        await make(Path("l"), made, run=run, day=day, unmatched=unmatched)
    async with open_store("l") as store:
        done = await build_trusted(store, "duckdb", rebuild=False)
        assert not done.breaches, done.checks
        done = await build_refined(store, "duckdb", rebuild=False)
        assert not done.breaches, done.checks
    titles = {row["title_id"]: row for row in table(Path("l"), "Refined/Parquet/dim_title")}
    harvested = sorted(key for key, row in titles.items() if row["outcome"] == "harvested")
    for name in TABLES:
        rows = table(Path("l"), f"Refined/Parquet/{name}")
        found = sorted(row["title_id"] for row in rows)
        assert found == (sorted(titles) if name == "fact_title" else harvested), name
        assert {row["title_id"]: row["imdb_id"] for row in rows}.items() <= {
            key: row["imdb_id"] for key, row in titles.items()
        }.items()
    return titles


def _ids(titles: dict[str, dict[str, Any]]) -> dict[str, tuple[str | None, str | None]]:
    return {key: (row["imdb_id"], row["same_as"]) for key, row in titles.items()}


@pytest.mark.slow
async def test_one_title_asked_for_in_three_ways_is_one_row() -> None:
    """By IMDb's id, by TMDB's, and by IMDb's again on another date: the newest answer counts."""
    titles = await _lake(
        (FIRST, _made("tt0111161")),
        (SECOND, _made("tt0111161", by_tmdb=True)),
        (THIRD, _made("tt0111161")),
    )
    assert _ids(titles) == {"tt0111161": ("tt0111161", None)}
    assert (titles["tt0111161"]["tmdb_id"], titles["tt0111161"]["title"]) == (278, "tt0111161")


@pytest.mark.slow
async def test_both_ways_within_one_date_and_second() -> None:
    """Records of one title that were fetched at the same moment do not add up."""
    titles = await _lake((FIRST, _made("tt0111161", by_tmdb=True)), (FIRST, _made("tt0111161")))
    assert _ids(titles) == {"tt0111161": ("tt0111161", None)}


@pytest.mark.slow
async def test_the_imdb_id_asked_for_goes_before_the_one_named() -> None:
    """TMDB names another IMDb id for its title than the one that was asked for."""
    titles = await _lake((FIRST, _made("tt0000005")), (SECOND, _made("tt0111161", by_tmdb=True)))
    assert _ids(titles) == {"tt0000005": ("tt0000005", None)}
    assert titles["tt0000005"]["title"] == "movie:278"


@pytest.mark.slow
async def test_two_imdb_ids_of_one_title_stay_two_rows() -> None:
    """Each names the other as the same; what was asked for by TMDB's id goes to the named one."""
    titles = await _lake(
        (FIRST, _made("tt0000005")),
        (FIRST, _made("tt0111161")),
        (FIRST, _made("tt0000009", 9)),
        (SECOND, _made("tt0111161", by_tmdb=True)),
    )
    assert _ids(titles) == {
        "tt0000005": ("tt0000005", "tt0111161"),
        "tt0111161": ("tt0111161", "tt0000005"),
        "tt0000009": ("tt0000009", None),
    }
    assert titles["tt0111161"]["title"] == "movie:278"
    assert titles["tt0000005"]["title"] == "tt0000005"


@pytest.mark.slow
async def test_of_three_each_names_the_least_other() -> None:
    """One of them alone has an id below its `same_as`: the one to count."""
    titles = await _lake(*((FIRST, _made(f"tt000000{number}")) for number in (7, 5, 6)))
    assert {key: row["same_as"] for key, row in titles.items()} == {
        "tt0000005": "tt0000006",
        "tt0000006": "tt0000005",
        "tt0000007": "tt0000005",
    }


@pytest.mark.slow
async def test_a_series_named_by_its_external_ids() -> None:
    """Asked for by TMDB's id alone it goes by the newest IMDb id that TMDB named."""
    older, newer = (
        _made(imdb_id, 1399, media="tv", by_tmdb=True) for imdb_id in ("tt0000001", "tt0944947")
    )
    titles = await _lake((FIRST, older), (THIRD, newer), (SECOND, older))
    assert _ids(titles) == {"tt0944947": ("tt0944947", None)}
    row = titles["tt0944947"]
    assert (row["kind"], row["tmdb_id"], row["title"]) == ("series", 1399, "tv:1399")


@pytest.mark.slow
async def test_a_title_without_an_imdb_id() -> None:
    """It goes by TMDB's id, and its IMDb id is null; so does one that TMDB has not."""
    titles = await _lake((FIRST, _made(None, 1399, media="tv", by_tmdb=True)), (FIRST, "movie:9"))
    assert _ids(titles) == {"tv:1399": (None, None), "movie:9": (None, None)}
    assert (titles["movie:9"]["kind"], titles["movie:9"]["outcome"]) == ("movie", "unmatched")


@pytest.mark.slow
async def test_a_name_joins_what_the_csv_has_and_what_find_did_not_know() -> None:
    """A title of TMDB's id is that of the CSV, though `find` knew nothing of its IMDb id."""
    row = dict.fromkeys(MOVIES.split("|"), "\\N") | {"id": "tt0111161", "notaMedia": "9.3"}
    csv(Path("l"), "Movies/m.csv", "\n".join([MOVIES, "|".join(row.values()), ""]))
    titles = await _lake((SECOND, "tt0111161"), (FIRST, _made("tt0111161", by_tmdb=True)))
    assert _ids(titles) == {"tt0111161": ("tt0111161", None)}
    found = titles["tt0111161"]
    assert (found["in_csv"], found["outcome"], found["tmdb_id"]) == (True, "harvested", 278)
    (fact,) = table(Path("l"), "Refined/Parquet/fact_title")
    assert fact["imdb_rating"] == 9.3


@pytest.mark.slow
async def test_no_two_titles_of_tmdb_become_one() -> None:
    """A film and a series that name one IMDb id: the one asked for by it has it as its key."""
    titles = await _lake(
        (FIRST, _made("tt0111161")),
        (SECOND, _made("tt0111161", 5, media="tv", by_tmdb=True)),
        (FIRST, _made("tt0000007", 7, by_tmdb=True)),
        (SECOND, _made("tt0000007", 8, by_tmdb=True)),
    )
    assert _ids(titles) == {
        "tt0111161": ("tt0111161", None),
        "tv:5": ("tt0111161", None),
        "movie:7": ("tt0000007", None),
        "tt0000007": ("tt0000007", None),
    }
    assert (titles["tt0000007"]["tmdb_id"], titles["tt0111161"]["kind"]) == (8, "movie")


@pytest.mark.slow
async def test_an_id_that_moved_at_tmdb_takes_its_newest_place() -> None:
    """The IMDb id was another title's at TMDB before; that title goes by its own id now."""
    titles = await _lake(
        (FIRST, _made("tt0111161", 1)),
        (SECOND, _made("tt0111161", 2)),
        (THIRD, _made(None, 1, by_tmdb=True)),
    )
    assert _ids(titles) == {"tt0111161": ("tt0111161", None), "movie:1": (None, None)}
    assert titles["tt0111161"]["tmdb_id"] == 2


@pytest.mark.slow
async def test_a_lake_of_version_1_gives_the_same_star() -> None:
    """Each table of a lake without `id` is that of one with it, row for row."""
    tables = {}
    for version in (1, 2):
        lake = Path(f"v{version}")
        made = [_made("tt0111161"), _made("tt0944947", 1399, media="tv")]
        await make(lake, made, unmatched=("tt0000009",), version=version)
        async with open_store(str(lake)) as store:
            await build_trusted(store, "duckdb", rebuild=False)
            assert not (await build_refined(store, "duckdb", rebuild=False)).breaches
        tables[version] = {
            folder.name: sorted(map(str, table(lake, f"Refined/Parquet/{folder.name}")))
            for folder in (lake / "Refined/Parquet").iterdir()
            if folder.is_dir()
        }
    assert tables[1] == tables[2]
    assert len(tables[1]["dim_title"]) == 3
