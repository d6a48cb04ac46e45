"""`--log-file`: text lines in a file, besides stderr."""

import re
from pathlib import Path

import pytest
from command_line import TOKEN, harvester
from csvs import movies

from harvester.cli.console.log_file import open_log_file
from harvester.errors import StoreDown
from harvester.simulator import SimulatorOptions, simulate

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ .")


async def test_a_run_is_logged_beside_what_stderr_says(tmp_path: Path) -> None:
    """Also a quiet one's, and one whose stderr is JSON; a later run's lines come after them."""
    movies(tmp_path / "m.csv", range(1, 31))
    command = ["run", "m.csv", "--lake", "l", "--rate", "900", "--log-file", "run.log"]
    async with simulate(SimulatorOptions(latency_ms=0, faults="500=0.1")) as tmdb:
        first = await harvester(*command, "-q", "-v", tmdb=tmdb)
        log = Path("run.log").read_text(encoding="utf-8")
        second = await harvester(*command, "--fresh", "--log-json", tmdb=tmdb)
    assert (first.code, second.code, first.err) == (0, 0, "")
    assert all(STAMP.match(line) for line in log.splitlines())
    assert ": 30 titles in 60 rows" in log.splitlines()[0]
    assert "http_500; again in" in log
    assert "harvested" in log
    assert TOKEN not in log
    assert all(line.startswith("{") for line in second.err.splitlines())
    both = Path("run.log").read_text(encoding="utf-8")
    assert both.startswith(log)
    assert both.count(" 30 titles in 60 rows") == 2


async def test_a_file_that_can_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    """It ends the command with 2 before anything is asked."""
    movies(tmp_path / "m.csv", range(1, 3))
    command = ["run", "m.csv", "--local", "--log-file"]
    for name in ("missing/run.log", "."):
        ended = await harvester(*command, name)
        assert (ended.code, ended.err.count("\n")) == (2, 1)
        assert f"--log-file {name} can't be written: " in ended.err
    assert not Path("lake").exists()


def test_a_line_has_no_token_and_no_escape_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in what is printed, nor in the error that ends the run."""
    monkeypatch.setenv("TMDB_TOKEN", TOKEN)

    def fail() -> None:
        with open_log_file(Path("run.log")) as log:
            assert log is not None
            log.console.print(f"one {TOKEN} \x1b[31mred\n\ntwo", style="bold red")
            raise StoreDown(f"the store fails with {TOKEN}")

    with pytest.raises(StoreDown):
        fail()
    lines = [line.split(" ", 1)[1] for line in Path("run.log").read_text("utf-8").splitlines()]
    assert lines == ["one *** \\x1b[31mred", "two", "harvester: the store fails with ***"]


def test_a_full_disk_stops_nothing() -> None:
    """The lines are lost, the run goes on."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no full device")
    with open_log_file(Path("/dev/full")) as log:
        assert log is not None
        log.console.print("one")
        log.say("two")
