"""Reads the manual: its pages, headings, fenced blocks, links and inline code."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
READMES = (ROOT / "README.md", ROOT / "README.pt-BR.md")
PAGES = (*READMES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md"))

_FENCE = re.compile(r"^(<!-- run -->\n+)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, and whether it is marked to be run."""

    language: str
    text: str
    runs: bool


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    return [Block(m[2], m[3], m[1] is not None) for m in _FENCE.finditer(page.read_text("utf-8"))]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def headings(page: Path) -> list[tuple[int, str]]:
    """Return the level and the text of each heading."""
    return [(len(m[1]), m[2]) for m in re.finditer(r"^(#+) (.+)$", prose(page), re.MULTILINE)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for _, words in headings(page)}


def section(page: Path, number: int) -> str:
    """Return the prose of the page's second-level section by its number, from 0."""
    return re.split(r"^## .+$", prose(page), flags=re.MULTILINE)[number + 1]


def code(text: str) -> list[str]:
    """Return what is between single backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def links(page: Path) -> list[str]:
    """Return the targets of the page's links and pictures."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(page)) + re.findall(
        r"<(https?://[^>]+)>", prose(page)
    )


def run_shell(text: str, folder: Path) -> None:
    """Run a block as a user does, stopping at the first error, and assert that there was none."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
