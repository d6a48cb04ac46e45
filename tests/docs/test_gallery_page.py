"""The gallery shows what is there: its SQL has answers, and its pictures load nothing."""

import asyncio
import html
import re
from pathlib import Path

import pytest
from asked_lake import ask, make_asked
from draw_queries import harvester, queries
from made_star import Star, make_star
from manual import PAGES, ROOT, blocks, links

from harvester.cli.harvesting import simulated
from harvester.settings import load_settings

PAGE = ROOT / "docs" / "gallery.md"
IMAGES = ROOT / "docs" / "images"


def test_each_query_has_a_picture_of_its_answer() -> None:
    """`make pictures` finds all SQL of the page, and has drawn each under a name of its own."""
    found = queries(PAGE.read_text("utf-8"))
    assert [sql for sql, _, _ in found] == [b.text for b in blocks(PAGE) if b.language == "sql"]
    assert len({picture for _, picture, _ in found}) == len(found) > 3
    for _, picture, name in found:
        drawn = (PAGE.parent / picture).read_text("utf-8").replace("&#160;", " ")
        assert f"harvester query --local -f {name}.sql" in drawn


def test_the_picture_of_a_run_begins_as_a_run_does() -> None:
    """With the command, then that the origin is simulated, then the run."""
    drawn = (IMAGES / "terminal.svg").read_text("utf-8").replace("&#160;", " ")
    texts = [html.unescape(text).rstrip() for text in re.findall(r">([^<]+)</text>", drawn)]
    begin = texts.index(" harvester run --local")
    said, run = [text for text in texts[begin + 1 :] if text][:2]
    assert said == simulated(load_settings({}, environ={}, local=True))
    assert re.match(r"run \d{8}-[0-9a-f]{8}: 124 titles in 553 rows ", run)


def test_the_queries_are_answered(tmp_path: Path) -> None:
    """By a small lake, too."""
    asyncio.run(make_asked(tmp_path / "l"))
    for sql, _, _ in queries(PAGE.read_text("utf-8")):
        assert ask(tmp_path / "l", sql), sql


@pytest.mark.slow
def test_each_picture_is_the_answer_of_its_query(tmp_path: Path) -> None:
    """On the bundled sample: every line of the answer is drawn, and no other."""
    harvester(str(tmp_path), "run", "--quiet")
    harvester(str(tmp_path), "build")
    for sql, picture, name in queries(PAGE.read_text("utf-8")):
        (tmp_path / f"{name}.sql").write_text(sql, "utf-8")
        answer = harvester(str(tmp_path), "query", "-f", f"{name}.sql").splitlines()
        drawn = (PAGE.parent / picture).read_text("utf-8").replace("&#160;", " ")
        texts = [html.unescape(text).rstrip() for text in re.findall(r">([^<]+)</text>", drawn)]
        command = f" harvester query --local -f {name}.sql"
        assert [text for text in texts if text][-len(answer) - 1 :] == [
            command,
            *(line.rstrip() for line in answer),
        ]


def test_namesakes_are_two_people_and_a_tie_is_broken(tmp_path: Path) -> None:
    """Two directors of one name made a title each, a third one two; votes tell the best title."""
    ids = [f"tt{number:07d}" for number in range(4)]
    directed = [(1, ids[0]), (2, ids[1]), (3, ids[2]), (3, ids[3])]
    star: Star = {
        "dim_title": [
            {"title_id": id_, "title": f"T{n}", "kind": "movie", "year": 1980 + n, "in_csv": True,
             "outcome": "harvested"}
            for n, id_ in enumerate(ids)
        ],
        "fact_title": [
            {"title_id": id_, "imdb_rating": 9.1, "imdb_votes": 900 if n == 2 else n or None}
            for n, id_ in enumerate(ids)
        ],
        "dim_person": [
            {"person_id": 1, "name": "Ana"}, {"person_id": 2, "name": "Ana"},
            {"person_id": 3, "name": "Bo"},
        ],
        "fact_cast": [
            {"title_id": id_, "person_id": person, "role": "crew", "job": "Director"}
            for person, id_ in directed
        ],
    }  # fmt: skip
    asyncio.run(make_star(tmp_path / "l", star))
    of = {name: sql for sql, _, name in queries(PAGE.read_text("utf-8"))}
    assert ask(tmp_path / "l", of["directors"]) == [("Bo", 2, 9.1, "T2")]
    assert ask(tmp_path / "l", of["decades"]) == [(1980, 4, 9.1, "T2")]


def test_every_picture_is_shown() -> None:
    """By some page: none is left over."""
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    assert set(IMAGES.iterdir()) <= shown


def test_a_drawn_terminal_loads_nothing() -> None:
    """Neither a font nor a stylesheet of another host."""
    drawn = list(IMAGES.glob("*.svg"))
    assert len(drawn) > 4
    for path in drawn:
        assert set(re.findall(r"https?://[^\s\"]+", path.read_text("utf-8"))) <= {
            "http://www.w3.org/2000/svg",
            "https://www.textualize.io",
        }
