"""A page goes where its user says; where nobody said, no one else's link decides."""

import os
import resource
import tempfile
import time
import webbrowser
from pathlib import Path

import pytest

from harvester.cli.page_output import write_page
from harvester.errors import SettingError


def test_the_default_name_is_no_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a link in the current folder leads to stays as it is, and a pipe is not waited for."""
    (tmp_path / "outside").write_text("x")
    Path("page.html").symlink_to(tmp_path / "outside")
    os.mkfifo("pipe.html")
    for name in ("page.html", "pipe.html"):
        with pytest.raises(SettingError, match=rf"^--output {name} can't be written: "):
            write_page(None, name, "page")
    assert (tmp_path / "outside").read_text() == "x"
    Path("page.html").unlink()
    for page in ("a longer page", "page"):
        write_page(None, "page.html", page)
        assert Path("page.html").read_text() == page
    assert capsys.readouterr().out == "page.html\npage.html\n"


def test_a_named_file_may_be_a_link(tmp_path: Path) -> None:
    """Such as /dev/stdout."""
    Path("page.html").symlink_to(tmp_path / "real.html")
    write_page(Path("page.html"), "other.html", "page")
    assert (tmp_path / "real.html").read_text() == "page"
    assert not Path("other.html").exists()


def test_a_page_that_does_not_fit_spoils_none(tmp_path: Path) -> None:
    """On a full disk the page that was there stays whole, and nothing is left beside it."""
    for name in ("old.html", "new.html"):
        Path("old.html").write_text("the old page")
        Path("old.html").chmod(0o600)
        least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))
        try:
            with pytest.raises(SettingError, match=rf"^--output {name} can't be written: "):
                write_page(Path(name), "page.html", "x" * 1_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))
        assert Path("old.html").read_text() == "the old page"
        assert [path.name for path in tmp_path.iterdir()] == ["old.html"]
    write_page(Path("old.html"), "page.html", "y")
    assert (Path("old.html").read_text(), Path("old.html").stat().st_mode & 0o777) == ("y", 0o600)


def test_what_a_killed_command_left_is_removed(tmp_path: Path) -> None:
    """By a later one, as by every command that writes files beside their names."""
    left = tmp_path / ".harvester-1-0123abcd.new"
    left.mkdir()
    os.utime(left, (time.time() - 4000, time.time() - 4000))
    write_page(None, "page.html", "page")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_page_into_a_pipe(capfd: pytest.CaptureFixture[str]) -> None:
    """What is no file is written to, and not replaced."""
    write_page(Path("/dev/stdout"), "page.html", "page\n", quiet=True)
    assert capfd.readouterr().out == "page\n"
    assert Path("/dev/stdout").is_symlink()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no folder of memory here")  # noqa: S108
def test_a_page_in_memory() -> None:
    """/dev has folders, too."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        write_page(Path(folder, "page.html"), "page.html", "page")
        assert Path(folder, "page.html").read_text() == "page"


@pytest.mark.parametrize(
    ("opens", "said"), [(True, ""), (False, "No browser"), (webbrowser.Error("x"), "No browser")]
)
def test_a_browser_opens_the_page(
    opens: bool | Exception,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It gets the file's URL; where there is none the path is said, and the command goes on."""
    asked: list[str] = []

    def browse(url: str) -> bool:
        asked.append(url)
        if isinstance(opens, Exception):
            raise opens
        return opens

    monkeypatch.setattr(webbrowser, "open", browse)
    write_page(None, "a page.html", "page", opens=True)
    assert asked == [f"{tmp_path.resolve().as_uri()}/a%20page.html"]
    shown = capsys.readouterr()
    assert shown.out == "a page.html\n"
    assert shown.err.startswith(said)
    assert bool(shown.err) == bool(said)


def test_no_browser_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is written for a schedule opens nothing."""
    monkeypatch.setattr(webbrowser, "open", pytest.fail)
    write_page(None, "page.html", "page")
