"""Nobody listens: what can't be written stops no command and changes no exit code."""

import os
import pty
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

pytestmark = pytest.mark.slow  # an interpreter starts for each case

RUN = ("run", "ids.txt", "--local", "--rate", "1000")
LOUD = ((), ("--log-json", "-v"))
FULL = Path("/dev/full")
_ROOM = 8
"""Bytes: enough for Python to try a folder for temporary files, and fewer than any output."""


@pytest.fixture(autouse=True)
def _ids(tmp_path: Path) -> None:
    """Write a list of titles that the simulator knows or not: what matters is that a run ends."""
    (tmp_path / "ids.txt").write_text("".join(f"tt{n:07d}\n" for n in range(1, 31)))


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake of one finished run, made once."""
    folder = tmp_path_factory.mktemp("harvested")
    (folder / "ids.txt").write_text("tt0111161\n")
    assert _harvester(*RUN, "-q", cwd=folder).returncode == 0
    return folder / "lake"


@pytest.fixture
def lake(harvested: Path, tmp_path: Path) -> None:
    """Put a copy of that lake here."""
    shutil.copytree(harvested, tmp_path / "lake")


@contextmanager
def _broken(kind: str) -> Iterator[int | IO[bytes]]:
    """Give a descriptor to which nothing can be written."""
    match kind:
        case "full":
            with FULL.open("wb") as file:
                yield file
        case "reader gone":
            reading, writing = os.pipe()
            os.close(reading)
            yield writing
            os.close(writing)
        case "terminal gone":
            ours, theirs = pty.openpty()
            os.close(ours)
            yield theirs
            os.close(theirs)


def _harvester(
    *words: str,
    closing: str = "",
    stdout: int | IO[bytes] = subprocess.PIPE,
    stderr: int | IO[bytes] = subprocess.PIPE,
    cwd: Path | None = None,
    no_room: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a command; `closing` has redirections of the shell, such as `2>&-`.

    With `no_room` files take the first bytes alone, as on a disk that is full then.
    """
    command = [sys.executable, "-m", "harvester", *words]
    if closing:
        command = ["sh", "-c", f'exec "$@" {closing}', "sh", *command]
    return subprocess.run(
        command,
        text=True,
        check=False,
        stdout=stdout,
        stderr=stderr,
        cwd=cwd,
        timeout=60,
        preexec_fn=_take_room if no_room else None,
    )


def _take_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, _ROOM))


def _finished() -> bool:
    ended = _harvester("status", "--local", "--json")
    return '"finish_reason": "finished"' in ended.stdout


@pytest.mark.parametrize("loud", LOUD, ids=" ".join)
@pytest.mark.parametrize("kind", ["full", "reader gone", "terminal gone"])
def test_a_run_needs_nobody_to_hear_it(kind: str, loud: tuple[str, ...]) -> None:
    """With nowhere to say anything a run ends as any other, its work done."""
    with _broken(kind) as nowhere:
        ended = _harvester(*RUN, *loud, stdout=nowhere, stderr=nowhere)
    assert ended.returncode == 0
    assert _finished()


@pytest.mark.parametrize("closing", ["2>&-", "1>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"])
@pytest.mark.parametrize("loud", LOUD, ids=" ".join)
def test_a_run_with_its_streams_closed(closing: str, loud: tuple[str, ...]) -> None:
    """No file of the lake is given the number of a closed stream, nor what would be said on it."""
    ended = _harvester(*RUN, *loud, closing=closing)
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr + ended.stdout
    assert _finished()
    assert _harvester("verify", "--local").returncode == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "--local"), 0),
        (("status", "no-such-run", "--local"), 2),
        (("verify", "--local"), 0),
        (("config",), 0),
        (("report", "--local", "-o", "r.html"), 0),
        (("upload", "ids.txt", "--as", "Movies", "--local"), 0),
        (("run", "ids.txt", "--local", "--dry-run"), 0),
        (("run", "missing.csv", "--local"), 2),
        (("no-such-command",), 2),
        (("--help",), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("kind", ["full", "terminal gone"])
@pytest.mark.usefixtures("lake")
def test_no_command_needs_its_stderr(words: tuple[str, ...], code: int, kind: str) -> None:
    """Every command ends with the exit code that it has when somebody reads."""
    with _broken(kind) as nowhere:
        ended = _harvester(*words, stderr=nowhere)
    assert ended.returncode == code
    assert "Traceback" not in ended.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--local"),
        ("status", "--local", "--json"),
        ("verify", "--local", "--json"),
        ("config",),
        ("config", "--json"),
        ("run", "ids.txt", "--local", "--dry-run"),
        ("run", "ids.txt", "--local", "--json"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("lake")
def test_data_that_is_lost_is_said(words: tuple[str, ...]) -> None:
    """Of what prints data for others a full disk and a closed stdout are 2; a reader gone is not.

    The reader may have had enough (`| head`), and what it made of it is its own exit code.
    """
    with _broken("full") as nowhere:
        full = _harvester(*words, stdout=nowhere)
    closed = _harvester(*words, closing="1>&-")
    for ended in (full, closed):
        assert ended.returncode == 2
        assert "harvester: standard output takes no more" in ended.stderr
        assert "Traceback" not in ended.stderr
    with _broken("reader gone") as nowhere:
        assert _harvester(*words, stdout=nowhere).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("describe", "--ddl", "postgresql"),
        ("query", "--list"),
        ("query", "--list", "--json"),
        ("query", "SELECT 123456789", "--local"),
        ("query", "SELECT 123456789", "--local", "--csv"),
        ("show", "tt0111161", "--local"),
        ("verify", "--local"),
        ("config",),
        ("version",),
        ("--version",),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("lake")
def test_a_command_whose_work_is_what_it_prints_fails_without_it(words: tuple[str, ...]) -> None:
    """Where the file has no room and where stdout is closed: 2, and a sentence."""
    if "verify" in words:
        next(Path("lake/Raw/TMDB/JSON").rglob("*.json")).write_text("[]")
    with Path("file").open("wb") as file:
        no_room = _harvester(*words, stdout=file, no_room=True)
    for ended in (no_room, _harvester(*words, closing="1>&-")):
        assert ended.returncode == 2
        assert "harvester: standard output takes no more" in ended.stderr
        assert "Traceback" not in ended.stderr
    with _broken("reader gone") as nowhere:
        code = _harvester(*words, stdout=nowhere).returncode
    assert code == (3 if "verify" in words else 0)


@pytest.mark.usefixtures("lake")
def test_a_lake_without_breaches_needs_no_stdout() -> None:
    """What `verify` prints is what it found, on stdout; that all is well is said on stderr."""
    ended = _harvester("verify", "--local", closing="1>&-")
    assert ended.returncode == 0
    assert "0 breaches" in ended.stderr


@pytest.mark.parametrize("words", [("upload", "ids.txt", "--as", "Movies", "--local"), ("--help",)])
def test_what_is_beside_the_work_is_said_and_no_more(words: tuple[str, ...]) -> None:
    """An upload whose keys nobody could be told is an upload still: exit 0, and a sentence."""
    with _broken("full") as nowhere:
        ended = _harvester(*words, stdout=nowhere)
    assert ended.returncode == 0
    assert "harvester: standard output takes no more" in ended.stderr


def test_a_log_reader_that_leaves_in_the_middle() -> None:
    """`| head` on the log of a run: the run goes on to its end."""
    command = [sys.executable, "-m", "harvester", *RUN, "--log-json", "-v"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stderr is not None
        assert process.stderr.readline()
        process.stderr.close()
        assert process.wait() == 0
    assert _finished()


_SHOWN = (
    "from harvester.cli.streams import open_streams; open_streams()\n"
    "from harvester.cli.console.terminal import open_console\n"
    "open_console(stderr=False).print('Am\\xe9lie\\u2026')\n"
)


def test_a_locale_that_has_letters_of_ascii_alone() -> None:
    """What it lacks is written as Python writes it, where nobody may coerce the locale to UTF-8."""
    environ = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    shown = subprocess.run(
        [sys.executable, "-c", _SHOWN], env=environ, capture_output=True, text=True, check=False
    )
    assert (shown.returncode, shown.stdout) == (0, "Am\\xe9lie\\u2026\n"), shown.stderr
