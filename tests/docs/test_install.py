"""Nobody is told to install the harvester from the public index, where it is not."""

import re

from manual import PAGES, ROOT


def test_no_page_and_no_message_names_the_public_index() -> None:
    """`pip install tmdb-harvester` would fetch what anybody may put there."""
    asks = re.compile(
        r"(?:install|--with|--from|python-modules)[^\n|]*?[\s'\"]tmdb[-_]harvester\b(?!-…)"
    )
    sources = [
        path for folder in ("harvester", "handlers") for path in (ROOT / folder).rglob("*.py")
    ]
    for path in (*PAGES, *sources):
        assert not asks.search(path.read_text("utf-8")), path
