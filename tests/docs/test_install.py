"""How the harvester is installed: from a checkout, with what the commands that follow need."""

import re
from pathlib import Path

import pytest
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


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name not in {"CHANGELOG.md", "security.md"}],
    ids=lambda page: page.name,
)
def test_a_page_that_installs_names_the_extra_of_its_commands(page: Path) -> None:
    """A page that shows a command of the zones, or pandas, says `.[zones]` before any other way."""
    text = page.read_text("utf-8")
    ways = re.findall(r"(?:pip|pipx|uv tool) install +(\S+)|uvx --from +(\S+)", text)
    found = [(a or b).strip("'`\";,.)") for a, b in ways]
    needs = re.search(
        r"harvester (build|trusted|refined|analyse|query|export)\b|import pandas", text
    )
    if found and needs:
        assert found[0] == "[zones]", (page.name, found)
