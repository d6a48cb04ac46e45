"""The view `title`: a row a title, its lists in order, null where there is none."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from asked_lake import ask
from made_star import make_star, small_star

from harvester.errors import LakeError
from harvester.zones.ddl.title_view import READ_BY_TITLE, TITLE
from harvester.zones.refined.tables import DIM_TITLE, FACT_TITLE, ROOT


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small star with a spoken language, companies and a person without a name."""
    star = small_star()
    first = star["dim_title"][0]["title_id"]
    star["dim_title"][0]["poster_path"] = "/drift.jpg"
    star["bridge_title_language"] = [{"title_id": first, "language_code": "en"}]
    star["dim_company"] = [
        {"company_id": 1, "company": "Zenith"},
        {"company_id": 2, "company": "Acme"},
        {"company_id": 3, "company": None},
    ]
    star["bridge_title_company"] = [{"title_id": first, "company_id": n} for n in (1, 2, 3)]
    folder = tmp_path_factory.mktemp("star") / "l"
    asyncio.run(make_star(folder, star))
    return folder


def test_it_has_a_row_a_title(lake: Path) -> None:
    """Whatever a title has or lacks, and every column of both tables beneath it."""
    rows: list[Any] = ask(lake, "SELECT count(*), count(DISTINCT title_id) FROM title")
    assert rows == [(5, 5)]
    names = [column.name for column in TITLE.columns]
    assert len(set(names)) == len(names)
    assert {column.name for column in (*DIM_TITLE.columns, *FACT_TITLE.columns)} < set(names)


def test_its_lists(lake: Path) -> None:
    """Names in order, without the nameless; the cast by billing; null where none is known."""
    lists = "genres, countries, spoken_languages, companies, keywords, directors, actors"
    rows: list[Any] = ask(lake, f"SELECT {lists} FROM refined.title ORDER BY title_id")  # noqa: S608 - declared
    assert rows[0] == (
        *(["Drama"], ["United States"], ["English"], ["Acme", "Zenith"], ["snow"], ["Cy"]),
        ["Ana", "Bo"],
    )
    assert rows[1][:2] == (["Crime", "Drama"], ["FR"])
    assert rows[1][4:] == (["debt", "snow"], ["Cy"], ["Ana", "Cy"])
    assert rows[2][0] == ["Crime", "Noir"]
    assert rows[2][1:4] == (None, None, None)
    assert rows[2][6] == ["Bo", "Ana"]


def test_the_first_ten_billed(tmp_path: Path) -> None:
    """They are ten though TMDB's `order` has gaps and begins late; who plays two parts is one."""
    star = small_star()
    first = star["dim_title"][0]["title_id"]
    star["dim_person"] = [{"person_id": n, "name": f"P{n}"} for n in range(1, 13)]
    star["fact_cast"] = [
        {"title_id": first, "person_id": n, "role": "cast", "billing": 500 + 7 * n, "credit_id": c}
        for n in range(1, 13)
        for c in (f"a{n}", f"b{n}")
    ]
    asyncio.run(make_star(tmp_path / "l", star))
    rows = ask(tmp_path / "l", "SELECT actors FROM title WHERE actors IS NOT NULL")
    assert rows == [([f"P{n}" for n in range(1, 11)],)]


def test_its_posters(lake: Path) -> None:
    """A poster's address is whole, as a browser or a table of BI asks for it."""
    rows = ask(lake, "SELECT poster_url FROM title ORDER BY title_id")
    assert rows == [("https://image.tmdb.org/t/p/w500/drift.jpg",), *[(None,)] * 4]


def test_what_it_counts_is_what_the_tables_hold(lake: Path) -> None:
    """Counted again by joins of one's own."""
    lengths = ask(lake, "SELECT sum(len(genres)), sum(len(keywords)) FROM title")
    assert lengths == ask(
        lake,
        "SELECT (SELECT count(*) FROM bridge_title_genre), "
        "(SELECT count(*) FROM bridge_title_keyword)",
    )


def test_it_reads_the_tables_that_it_says(tmp_path: Path) -> None:
    """Without one of them the answer names that one, and how to build it."""
    asyncio.run(make_star(tmp_path / "l", small_star()))
    for table in (READ_BY_TITLE[0], READ_BY_TITLE[-1]):
        path = tmp_path / "l" / ROOT / table.name / "part-0.parquet"
        data = path.read_bytes()
        path.unlink()
        with pytest.raises(LakeError, match=f"{table.name}/ is missing: rebuild it"):
            ask(tmp_path / "l", "SELECT * FROM title")
        assert ask(tmp_path / "l", "SELECT count(*) FROM bridge_title_genre")
        path.write_bytes(data)
