"""What the page on queries and exports shows works as it stands."""

import asyncio
from pathlib import Path

import pytest
from asked_lake import ask, make_asked
from made_star import Star, make_star
from manual import READMES, ROOT, blocks, code, prose, run_shell

from harvester.zones.query.views import DATE, all_views

PAGE = ROOT / "docs" / "query.md"
SHELL = [block.text for block in blocks(PAGE) if block.language == "sh"]
SQL = [block.text for block in blocks(PAGE) if block.language == "sql"]


def test_each_question_is_answered(tmp_path: Path) -> None:
    """The page's SQL has rows in a small lake."""
    asyncio.run(make_asked(tmp_path / "l"))
    assert len(SQL) > 3
    for text in SQL:
        assert ask(tmp_path / "l", text), text


def test_who_appears_together_is_told_by_person_and_title(tmp_path: Path) -> None:
    """Two pairs of the same names are two, and a title with two roles of one of them is one."""
    ids = [f"tt{number:07d}" for number in range(3)]
    roles = [
        (ids[0], 1, "A"), (ids[0], 1, "B"), (ids[0], 2, "C"), (ids[0], 2, "D"),
        (ids[1], 1, "A"), (ids[1], 2, "C"), (ids[2], 3, "A"), (ids[2], 4, "C"),
    ]  # fmt: skip
    star: Star = {
        "dim_title": [{"title_id": id_, "kind": "movie", "in_csv": True} for id_ in ids],
        "dim_person": [
            {"person_id": n, "name": name} for n, name in enumerate(("Ana", "Bo", "Ana", "Bo"), 1)
        ],
        "fact_cast": [
            {"title_id": id_, "person_id": person, "role": "cast", "job": "Actor", "character": who}
            for id_, person, who in roles
        ],
    }
    asyncio.run(make_star(tmp_path / "l", star))
    (together,) = [sql for sql in SQL if "person_id < y.person_id" in sql]
    assert ask(tmp_path / "l", together) == [("Ana", "Bo", 2), ("Ana", "Bo", 1)]


def test_the_tables_that_are_named_exist() -> None:
    """In prose, too: each name that begins as a view's does is one."""
    names = {view.shown for view in all_views()} | {f"refined.{v.name}" for v in all_views()}
    named = {
        word
        for word in code(prose(PAGE))
        if word.startswith(("trusted.", "refined.", "raw_", "dim_", "fact_"))
    }
    assert len(named) > 6
    assert named <= names


def test_the_page_on_the_zones_has_every_column_of_the_list() -> None:
    """As this page says: of each table below its folder's name, `dt` above all of an origin."""
    assert "describes every column of both zones, as `--list` does" in prose(PAGE)
    text = (ROOT / "docs" / "zones.md").read_text("utf-8").partition("\n## Refined tables\n")[2]
    described: dict[str, set[str]] = {}
    for chapter in text.split("\n## "):
        above, *tables = chapter.split("\n### ")
        for table in tables:
            columns = {code(line)[0] for line in table.splitlines() if line.startswith("| `")}
            described[f"{code(table)[0]}/"] = columns | {DATE.name} & set(code(above))
    stored = [view for view in all_views() if view.folder]
    assert described == {view.folder: {one.name for one in view.columns} for view in stored}


@pytest.mark.slow
def test_the_commands_run_one_after_the_other(tmp_path: Path) -> None:
    """From an empty folder, after a harvest of the sample."""
    program = "\n".join(["harvester run --local --quiet", *SHELL])
    run_shell(program, tmp_path)
    for name in ("people.csv", "cast.parquet", "films.duckdb", "films.sqlite", "films/README.txt"):
        assert (tmp_path / name).stat().st_size > 500


def test_both_readmes_show_both_commands() -> None:
    """With the page that says more."""
    for page in READMES:
        text = page.read_text("utf-8")
        assert all(
            word in text for word in ("harvester query", "harvester export", "docs/query.md")
        )
