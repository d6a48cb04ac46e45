"""`make bench`: what it prints, and when it fails."""

import sys
from pathlib import Path

import bench
import pytest
from benchmarks import processes
from benchmarks.rows import Row, table


def test_without_wrk_it_says_so_and_does_not_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where wrk is not installed the servers' ceilings are not measured, and nothing is short."""
    monkeypatch.setenv("PATH", str(tmp_path))
    said = ["bench", "--only", "ceilings", "--output", str(tmp_path / "bench.json")]
    monkeypatch.setattr(sys, "argv", said)
    assert bench.main() == 0
    out = capsys.readouterr().out
    assert "the servers' ceilings: wrk is not installed (apt-get install wrk)" in out
    assert "short" not in out


def test_what_could_not_be_measured_is_short_and_said() -> None:
    """A failure is not taken for what the machine lacks."""
    failed = Row("4", "CPU", "s", trouble="exit 2: no such file", at_most=1)
    assert failed.verdict == "short"
    assert table([failed]).endswith("CPU: exit 2: no such file")


def test_what_is_measured_has_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """As users run it: else the start of each process would be mostly compiling."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in processes.environ()
