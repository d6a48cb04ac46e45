"""The gallery shows what is there: its SQL has answers, and its pictures load nothing."""

import asyncio
import re
from pathlib import Path

from asked_lake import ask, make_asked
from draw_queries import queries
from manual import PAGES, ROOT, blocks, links

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


def test_the_queries_are_answered(tmp_path: Path) -> None:
    """By a small lake, too."""
    asyncio.run(make_asked(tmp_path / "l"))
    for sql, _, _ in queries(PAGE.read_text("utf-8")):
        assert ask(tmp_path / "l", sql), sql


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
