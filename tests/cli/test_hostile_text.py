"""Any text a command is given or finds: an exit code of the table, no traceback, a safe terminal.

The commands run in this process, as `main` runs them: a process each would allow too few of them.
"""

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harvester.cli.app import _ended
from harvester.cli.exits import Exit
from harvester.run.visible import visible

TRICKS = [
    "\x1b]0;owned\x07\x1b[2J",
    "\x9b31m",
    "x[/y]",
    "[bold red]x[/]",
    "a\nharvester: all is well",
    "a\rb\tc",
    "\u202etxt.exe\u2066",
    "\udcff\udc9b",
    "\ud800",
    "\u2028",
    "-",
    "--",
    "-h",
    "..",
    "~",
    "~nobody-of-that-name",
    "s3://",
    "s3://b/\udcff",
    "tmdb:movie/\x1b[0m",
    "%s%d{0}{x}",
    "'\"\\",
    "x" * 5000,
]
TEXT = st.one_of(
    st.sampled_from(TRICKS),
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.builds("".join, st.lists(st.sampled_from([*TRICKS, "a", "/", " ", "=", ","]), max_size=4)),
)
ARGUMENT = TEXT.map(lambda text: text.replace("\0", ""))
OPTIONS = (
    *("--endpoints", "--language", "--genre", "--as", "--limit", "--requests", "--id-map"),
    *("--rate", "--max-rate", "--concurrency", "--format", "--run", "--date", "--max-duration"),
)
RUN = ["run", "cells.csv", "--lake", "lake", "--dry-run"]


def _with_text(*words: str) -> st.SearchStrategy[list[str]]:
    """Return a command line with a text in the place of `{}`."""
    return ARGUMENT.map(lambda text: [word.replace("{}", text) for word in words])


COMMAND = st.one_of(
    _with_text("status", "{}", "--lake", "lake"),
    _with_text("status", "--lake", "./{}"),
    _with_text("verify", "{}", "--lake", "lake"),
    _with_text("report", "{}", "--lake", "lake"),
    _with_text("show", "{}", "--lake", "lake"),
    _with_text("show", "https://www.themoviedb.org/movie/{}", "--lake", "lake"),
    _with_text("show", "tt0111161", "--lake", "lake", "--endpoint", "{}"),
    _with_text("retry", "{}", "--lake", "lake"),
    _with_text("run", "{}", "--lake", "lake", "--dry-run"),
    _with_text("run", "./{}", "--lake", "lake", "--dry-run"),
    _with_text("run", "cells.csv", "--lake", "./{}", "--dry-run"),
    _with_text("upload", "./{}", "--lake", "lake"),
    _with_text("query", "{}", "--lake", "lake"),
    _with_text("query", "SELECT '{}' AS \"{}\"", "--lake", "lake"),
    _with_text("query", "-f", "./{}", "--lake", "lake"),
    _with_text("query", "SELECT 1", "--parquet", "./{}", "--lake", "lake"),
    _with_text("export", "-o", "./{}", "--lake", "lake"),
    _with_text("{}"),
    st.tuples(st.sampled_from(OPTIONS), ARGUMENT).map(lambda given: [*RUN, *given]),
    st.sampled_from([RUN, ["status", "--lake", "lake"], ["config"]]),
)


@contextlib.contextmanager
def _folder(found: str, environ: dict[str, str]) -> Iterator[None]:
    """Work in a folder whose files, cells, settings and runs have this text in them."""
    data = found.encode("utf-8", "surrogatepass")
    home, before = Path.cwd(), dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ.update(environ)
        try:
            Path("cells.csv").write_bytes(
                b"tconst,genero,%b\n%b,%b,x\ntt0111161,%b\n" % (data, data, data, data)
            )
            for path in (Path(found), Path(f"lake/Raw/TMDB/_harvest/{found}/plan.json")):
                with contextlib.suppress(OSError, ValueError):  # what no file system takes
                    if Path(folder).resolve() not in path.resolve().parents:
                        continue
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(Path("cells.csv").read_bytes())
            yield
        finally:
            os.chdir(home)
            os.environ.clear()
            os.environ.update(before)


def _run(words: list[str]) -> tuple[int, str, str]:
    """Run a command line; return its exit code, and what it wrote on stdout and stderr."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    sys.argv = ["harvester", *words]
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(b"")), out, err
    try:
        code = _ended()
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
    texts = []
    for stream in (out, err):
        stream.flush()
        raw = stream.buffer
        assert isinstance(raw, io.BytesIO)
        texts.append(raw.getvalue().decode())
    return int(code), texts[0], texts[1]


def _judge(words: list[str], found: str, in_file: str | None) -> None:
    environ = {"TMDB_TOKEN": "eyJ-a-secret-token", "TMDB_BASE_URL": "http://127.0.0.1:9/3"}
    with _folder(found, environ):
        if in_file is not None:
            Path("harvester.toml").write_bytes(in_file.encode("utf-8", "surrogatepass"))
        code, out, err = _run(words)
    assert code in set(Exit) - {Exit.UNEXPECTED}, err
    assert "Traceback" not in err
    for line in (out + err).split("\n"):
        assert visible(line) == line, repr(line)


IN_FILE = st.one_of(
    st.none(),
    st.none(),
    TEXT,
    st.tuples(st.sampled_from(["inputs", "lake", "rate", "genres"]), TEXT).map(
        lambda pair: f"{pair[0]} = {_toml(pair[1])}"
    ),
)


def _toml(text: str) -> str:
    return '"' + "".join(f"\\U{ord(one):08x}" for one in text) + '"'


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(COMMAND, TEXT, IN_FILE)
@example(["status", "--lake", "./x[/y]"], "x", None)
@example(["status", "--lake", "./" + "x" * 5_000], "x", None)
@example(["run", "./\x1b[2J.csv", "--lake", "lake", "--dry-run"], "\x1b[2J.csv", None)
@example(["status", "--lake", "lake"], "\x1b[2J", None)
@example(["run", "--lake", "lake", "--dry-run"], "x", 'inputs = ["a\\u0000b"]')
def test_any_text(words: list[str], found: str, in_file: str | None) -> None:
    """As an argument, a file's name, a cell, a setting of the folder, a run that is in the lake."""
    _judge(words, found, in_file)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(COMMAND, TEXT, IN_FILE)
def test_any_text_at_length(words: list[str], found: str, in_file: str | None) -> None:
    """The same, 2,000 times."""
    _judge(words, found, in_file)
