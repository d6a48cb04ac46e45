"""What `make site` builds: whole, from this machine alone, and the same words as on a Git host."""

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from manual import PAGES, ROOT
from markdown_it import MarkdownIt

MKDOCS = ROOT / ".venv-site/bin/mkdocs"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MKDOCS.exists(), reason="no mkdocs: `make .venv-site/.site`"),
]
COUNTED = {"h1", "h2", "h3", "h4", "li", "pre", "table", "tr", "td", "th", "ul", "ol", "img"}


def _pages_in(folder: Path) -> Path:
    """Put all that a build reads into a folder, where a test may change it."""
    pages = folder / "build/pages"
    shutil.copytree(ROOT / "docs", pages / "docs")
    for page in (*PAGES[:4], ROOT / "LICENSE"):
        shutil.copy(page, pages)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/site_hook.py", folder / "scripts")
    return pages


def _build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build as `make site` does."""
    (words,) = re.findall(
        r"bin/mkdocs (build.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )
    return subprocess.run(
        [MKDOCS, *words.split()],
        cwd=folder,
        env={"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass
class _Read(HTMLParser):
    """What a page of the site has: its links and ids, and what its article says."""

    whole: bool = False
    loads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    tags: list[str] = field(default_factory=list)
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.inside = self.whole

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag loads, where it leads, and that it is there."""
        had = {name: value or "" for name, value in attrs}
        self.inside = self.inside or tag == "article"
        if "id" in had:
            self.ids.add(had["id"])
        if "src" in had or tag == "link":
            self.loads.append(had.get("src", had.get("href", "")))
        elif "href" in had:
            self.links.append(had["href"])
        if self.inside and tag in COUNTED:
            self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave the article."""
        if tag == "article":
            self.inside = False

    def handle_data(self, data: str) -> None:
        """Collect what a reader sees of the article."""
        if self.inside:
            self.words += "".join(data.replace("¶", "").split())


def _read(html: str, *, whole: bool = False) -> _Read:
    reader = _Read(whole=whole)
    reader.feed(html)
    return reader


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a built site."""
    folder = tmp_path_factory.mktemp("site")
    _pages_in(folder)
    built = _build(folder)
    assert built.returncode == 0, built.stderr
    return folder / "site"


def _of(site: Path, page: Path) -> Path:
    """Return where the site has a page."""
    name = page.relative_to(ROOT).with_suffix(".html")
    return site / ("index.html" if page.name == "README.md" else name)


def test_no_link_is_dead(site: Path) -> None:
    """Each link, picture, script and stylesheet is a file of the site, and its id is there."""
    pages = {path: _read(path.read_text("utf-8")) for path in site.rglob("*.html")}
    del pages[site / "404.html"]  # its links begin at the root of a host
    assert len(pages) == len(PAGES)
    for path, page in pages.items():
        for link in (*page.loads, *page.links):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path.name}: {link}"
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].ids, f"{path.name}: {link}"


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    """No script, font, stylesheet or picture; nor a diagram: the theme would fetch Mermaid."""
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        page = _read(text)
        assert page.loads
        assert not [url for url in page.loads if re.match(r"(\w+:)?//", url)], path.name
        assert 'class="mermaid"' not in text
    sheets = list(site.rglob("*.css"))
    assert len(sheets) > 2
    for path in sheets:
        assert not re.search(r"url\([\"']?(https?:)?//|@import", path.read_text("utf-8")), path.name


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_a_page_reads_as_on_a_git_host(site: Path, page: Path) -> None:
    """Same words, headings, lists, tables and blocks, although mkdocs reads Markdown otherwise."""
    markdown = MarkdownIt("commonmark").enable("table")
    there = _read(markdown.render(page.read_text("utf-8")), whole=True)
    here = _read(_of(site, page).read_text("utf-8"))
    assert here.words == there.words
    assert here.tags == there.tags


def test_each_language_is_said_and_searched(site: Path) -> None:
    """The Portuguese page says that it is; the search knows the words of both."""
    assert '<html lang="pt-BR"' in (site / "README.pt-BR.html").read_text("utf-8")
    assert '<html lang="en"' in (site / "index.html").read_text("utf-8")
    assert '"lang":["en","pt"]' in (site / "search/search_index.json").read_text("utf-8")


def test_what_is_wrong_fails(tmp_path: Path) -> None:
    """A dead link, an anchor that is none, and a page that the menu does not name: each is said."""
    pages = _pages_in(tmp_path)
    (pages / "docs/lost.md").write_text("# Lost\n", "utf-8")
    with (pages / "docs/bi.md").open("a", encoding="utf-8") as page:
        page.write("\n[a](nowhere.md) [b](query.md#no-such-heading)\n")
    built = _build(tmp_path)
    assert built.returncode != 0
    for said in ("lost.md", "nowhere.md", "no-such-heading"):
        assert said in built.stderr
