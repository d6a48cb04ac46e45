"""The manual describes everything that the code does, and nothing else."""

import ast
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from build_docs import pages
from manual import (
    PAGES,
    READMES,
    ROOT,
    anchors,
    blocks,
    code,
    headings,
    links,
    prose,
    run_shell,
    section,
)

from harvester import settings
from harvester.cli.app import command_line
from harvester.cli.exits import Exit
from harvester.origins.tmdb import endpoints

GROUP: Any = command_line()
CONTEXT = typer.Context(GROUP, help_option_names=["-h", "--help"])
OPTIONS = {
    name: {
        option for param in command.get_params(CONTEXT) for option in param.opts if option[0] == "-"
    }
    for name, command in GROUP.commands.items()
}
NOTICE = (
    "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise "
    "approved by TMDB."
)
FOREIGN = {"--build-arg", "--from", "--read-only", "--tmpfs"}
"""Options of container engines and of uvx, which the manual tells a user to give."""

RUNNABLE = {
    b.text: page.name
    for page in reversed(PAGES)
    for b in blocks(page)
    if b.runs and b.language == "sh"
}


def names(paths: tuple[Path, ...]) -> list[str]:
    """Return the pages' names, for the tests' ids."""
    return [path.name for path in paths]


def _said_commands(page: Path) -> list[list[str]]:
    """Return every `harvester` command line that the page shows, as the words after the program."""
    shell = [b.text.replace("\\\n", " ") for b in blocks(page) if b.language in {"", "sh"}]
    lines = [line for text in shell for line in text.splitlines() if "harvester " in line]
    lines += [text for text in code(prose(page)) if text.startswith("harvester ")]
    found = []
    for line in lines:
        words = shlex.split(line.replace("…", "x"), comments=True)
        if "harvester" in words:
            found.append(words[words.index("harvester") + 1 :])
    return found


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.name != "CHANGELOG.md"], ids=lambda p: p.name
)
def test_what_the_manual_shows_exists(page: Path) -> None:
    """Each command that a page shows, and each of its options, exists."""
    for words in _said_commands(page):
        if not words or words[0].startswith("-"):
            continue
        assert words[0] in OPTIONS, f"{page.name}: harvester {words[0]}"
        shown = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
        assert shown <= OPTIONS[words[0]], f"{page.name}: harvester {shlex.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_flags_and_variables_in_prose_exist(page: Path) -> None:
    """Every flag and HARVESTER_ variable named in a page exists in the code."""
    flags = {option for options in OPTIONS.values() for option in options}
    flags |= {option for param in GROUP.params for option in param.opts}
    variables = {key.variable for key in settings.KEYS} | set(settings.token_variables())
    for text in code(prose(page)):
        if "scripts/" in text:  # a separate program with its own options
            continue
        for word in re.findall(r"(?<![\w-])--[a-z][a-z-]*", text):
            assert word in flags | FOREIGN, f"{page.name}: {word}"
        for word in re.findall(r"HARVESTER_[A-Z_]+|TMDB_[A-Z_]+", text):
            assert word in variables, f"{page.name}: {word}"


@pytest.mark.parametrize("readme", READMES, ids=names(READMES))
def test_every_command_is_in_the_readme(readme: Path) -> None:
    """Both READMEs show each command at least once."""
    assert {words[0] for words in _said_commands(readme) if words} >= set(OPTIONS)


def test_the_written_pages_are_current() -> None:
    """The generated pages are what `make docs` writes: every option, every setting."""
    for path, text in pages().items():
        assert path.read_text("utf-8") == text, f"{path.name} is old: run `make docs`"
    commands, described, _ = (text for text in pages().values())
    for name, options in OPTIONS.items():
        assert f"## harvester {name}\n" in commands
        for option in options:
            assert option in commands
    for key in settings.KEYS:
        assert f"`{key.variable}`" in described


@pytest.mark.parametrize("readme", READMES, ids=names(READMES))
def test_exit_codes(readme: Path) -> None:
    """The table lists each exit code of the code once, and no other; so does `--help`."""
    table = re.findall(r"^\| (\d+) \|", prose(readme), re.MULTILINE)
    assert table == [str(int(code)) for code in Exit]
    in_help = re.findall(r"(?:: |, )(\d+) ", f"{GROUP.epilog}")
    assert in_help == [str(int(code)) for code in Exit]


@pytest.mark.parametrize("readme", READMES, ids=names(READMES))
def test_endpoints(readme: Path) -> None:
    """The section on endpoints names each endpoint of the table, and no other."""
    number = [words for level, words in headings(readme) if level == 2].index("Endpoints")
    assert sorted(code(section(readme, number))) == sorted(endpoints.NAMES)


def test_both_readmes_say_the_same() -> None:
    """Same headings in the same order, same blocks (comments aside), same rows, same links."""
    levels, levels_there = ([level for level, _ in headings(page)] for page in READMES)
    assert levels == levels_there
    texts, texts_there = (
        [(b.language, b.runs, re.sub(r"#.*|  .*", "", b.text)) for b in blocks(page)]
        for page in READMES
    )
    assert texts == texts_there
    names_in_code, names_there = (
        [
            [text for text in code(section(page, n)) if text != "pt-BR"]
            for n in range(len(anchors(page)) - 1)
        ]
        for page in READMES
    )
    assert names_in_code == names_there


@pytest.mark.parametrize("readme", READMES, ids=names(READMES))
def test_errors_of_the_faq_are_real(readme: Path) -> None:
    """Each error that a bold line quotes is a sentence in the code."""
    source = "".join(path.read_text("utf-8") for path in sorted((ROOT / "harvester").rglob("*.py")))
    words = re.sub(r'"\s*\n\s*f?"', "", source).replace("{route.name}", "TMDB")
    quoted = re.findall(r"^\*\*`([^`]+)`", prose(readme), re.MULTILINE)
    assert len(quoted) > 8
    for text in quoted:
        assert all(part in words for part in re.split(r"\d+", text)), text


@pytest.mark.parametrize("readme", READMES, ids=names(READMES))
def test_tmdbs_terms(readme: Path) -> None:
    """The page quotes TMDB's notice word for word, and says that data may be kept six months."""
    assert NOTICE in " ".join(prose(readme).split())
    assert re.search(r"at most six months|no máximo seis\s+meses", prose(readme))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_resolve(page: Path) -> None:
    """Each relative link names a file of the repository, each anchor a heading of its page."""
    for link in links(page):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors(target), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_paths_in_prose_exist(page: Path) -> None:
    """Every file or folder of the project that a page names exists."""
    for text in code(prose(page)):
        if re.fullmatch(r"(harvester|handlers|scripts|tests|docs)/[\w./-]*", text):
            assert (ROOT / text).exists(), f"{page.name}: {text}"


def test_the_walk_names_what_exists() -> None:
    """`file.py`: `name` in the architecture page is a function or class of that file."""
    text = prose(ROOT / "docs" / "architecture.md")
    walk = re.sub(r"\s+", " ", text.partition("## The way of one title")[2].partition("\n## ")[0])
    named = re.findall(r"`((?:harvester|handlers)/[\w/]+\.py)`: `(\w+)`", walk)
    assert len(named) > 10
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        defined = {getattr(node, "name", None) for node in ast.walk(tree)}
        assert name in defined, f"{file}: {name}"


def test_diffs_of_the_contributing_page_fit() -> None:
    """What a diff keeps or removes is in the file it names, so that the diff applies."""
    diffs = [b.text for b in blocks(ROOT / "CONTRIBUTING.md") if b.language == "diff"]
    assert len(diffs) > 4
    for text in diffs:
        first, *lines = text.splitlines()
        source = (ROOT / first.removeprefix("--- ")).read_text("utf-8").splitlines()
        for line in lines:
            assert line.startswith("+") or line[1:] in source, f"{first}: {line}"


def test_the_way_of_a_title_is_short() -> None:
    """At most seven steps in at most twelve modules: a reader keeps it in mind."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    way = page.partition("## The way of one title")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\d+\. ", way, re.MULTILINE)) <= 7
    assert len(set(re.findall(r"`(harvester/[\w/]+\.py)`", way))) <= 12


def test_a_change_touches_the_files_that_the_contributing_page_shows() -> None:
    """An endpoint, an origin and a command: their names stand nowhere else in the core."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for heading, names, files in (
        ("Add an endpoint", ("content_ratings",), {"origins/tmdb/endpoints.py"}),
        ("Add an origin", ("TmdbOrigin", "TmdbApi", "TmdbClient"), {"origins/table.py"}),
        ("Add a command", ("config_command",), {"cli/app.py", "cli/commands/config.py"}),
    ):
        section = page.partition(f"## {heading}")[2].partition("\n## ")[0]
        allowed = ("origins/tmdb/", "simulator/", "zones/")
        found = {
            path.relative_to(ROOT / "harvester").as_posix()
            for path in (ROOT / "harvester").rglob("*.py")
            if any(name in path.read_text("utf-8") for name in names)
        }
        elsewhere = {path for path in found if not path.startswith(allowed)}
        assert elsewhere <= files, (heading, elsewhere)
        assert any(f"harvester/{path}" in section for path in files), heading


@pytest.mark.parametrize(
    "text",
    [
        # A page whose blocks take seconds each is left to the slow tests.
        pytest.param(text, id=name, marks=() if name.startswith("README") else pytest.mark.slow)
        for text, name in RUNNABLE.items()
    ],
)
def test_runnable_blocks_run(text: str, tmp_path: Path) -> None:
    """A block marked `<!-- run -->` works as it stands, in an empty folder, without a token."""
    run_shell(text, tmp_path)


def test_the_readmes_have_something_to_run() -> None:
    """Runnable blocks are found: a manual whose blocks are all skipped proves nothing."""
    for page in READMES:
        assert any(b.runs and b.text in RUNNABLE for b in blocks(page))


def test_the_notebook_is_clean() -> None:
    """It is valid JSON, ends in a chart, and contains no path of a developer's machine."""
    text = (ROOT / "docs" / "notebooks" / "batch_upload.ipynb").read_text("utf-8")
    cells = json.loads(text)["cells"]
    assert "<svg" in json.dumps(cells[-2]["outputs"])
    assert not re.search(r"/(home|root|Users|tmp|work)/", text)
