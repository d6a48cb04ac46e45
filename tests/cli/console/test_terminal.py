"""What isn't ours is shown as it is, by one place of each kind."""

import io
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_report import plan_of
from rich.console import Console
from rich.text import Text

import harvester
from harvester.cli.console import terminal
from harvester.cli.console.runs import run_lines, run_table, run_tables
from harvester.cli.console.tables import outcome_table
from harvester.cli.console.terminal import Rows, say_on
from harvester.lake.documents.summary import Reason, Report, ThisProcess
from harvester.run.damage import DamagedRun
from harvester.run.report import Totals, build_report

HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "x[/y]",
            "[bold red]x[/]",
            "[link=http://h]x[/link]",
            ":smile:",
            "\x1b]0;owned\x07",
            "\x1b[2J\x1b[H",
            "\x9b31m",
            "a\nrun 20261124-00000000: nothing to do",
            "a\rb",
            "\u202efdp.exe",
            "\udcff\udc9b",
            "\u2028",
        ]
    ),
)


def _report(run: str, lake: str) -> Report:
    at = "2026-11-24T07:00:00Z"
    report = build_report(
        plan_of(1),
        Totals(),
        lake="l",
        finish_reason="unfinished",
        this_process=ThisProcess(),
        finished_at=at,
    )
    return replace(report, run=run, lake=lake)


ORIGINS = ("TMDB", "TVmaze", "OMDb")


def _status(monkeypatch: pytest.MonkeyPatch, width: int, runs: list[Report]) -> list[str]:
    """Return the lines in which a terminal of this width shows the runs of a lake."""
    file = io.StringIO()

    def console(*, stderr: bool) -> Console:
        assert not stderr
        return Console(file=file, width=width, force_terminal=True, soft_wrap=True)

    monkeypatch.setattr(terminal, "open_console", console)
    terminal.print_fitting(run_tables(runs), partial(run_lines, runs))
    return [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in file.getvalue().splitlines()]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("width", [120, 80, 60, 40, 20])
def test_runs_fit_a_terminal_of_any_width(
    monkeypatch: pytest.MonkeyPatch, width: int, count: int
) -> None:
    """The bar goes first, then the year, then the table; ids stay whole, and no line wraps."""
    runs = [
        replace(report, synthetic=True, asked=replace(report.asked, origin=origin))
        for n, origin in enumerate(ORIGINS[:count])
        for report in (_report(f"20261124-{n:08x}", "l"),)
    ]
    runs = [replace(one, titles=replace(one.titles, total=1_000_000)) for one in runs]
    lines = _status(monkeypatch, width, runs)
    shown = " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= width
    assert not any("\N{HORIZONTAL ELLIPSIS}" in line for line in lines)
    for run in runs:
        assert any(line.split()[0] == run.run for line in lines)
        assert count == 1 or run.asked.origin in shown
    assert shown.count("unfinished, synthetic") == count
    assert shown.count("1,000,000") == count
    assert shown.count("11-24 07:00") == count
    is_table = lines[0].startswith("run")
    assert is_table is (width >= 80)
    assert not is_table or len(lines) == 1 + count
    assert any("\N{BOX DRAWINGS HEAVY HORIZONTAL}" in line for line in lines) is (width == 120)


def test_a_run_is_named_whole_where_its_id_is_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It stands on a line of its own, which the terminal alone may wrap."""
    run = f"20261124-1a2b3c4d-retry{'1' * 20}"
    lines = _status(monkeypatch, 20, [_report(run, "l")])
    assert lines[0] == run
    assert max(map(len, lines[1:])) <= 20


@pytest.mark.parametrize("width", [80, 40, 20])
def test_the_outcomes_of_a_run_are_folded_and_never_cut(width: int) -> None:
    """On the narrowest terminal all digits and all letters are there, only on more lines."""
    report = _report("20261124-1a2b3c4d", "/home/somebody/lake")
    report = replace(report, titles=replace(report.titles, total=1_000_000, harvested=900_000))
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=False, soft_wrap=True)
    console.print(outcome_table(report))
    shown = "".join(file.getvalue().split())
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown
    whole = _printed(outcome_table(report))
    assert sorted(shown) == sorted("".join(whole.split()))


def test_no_table_folds_what_goes_to_a_pipe_or_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    """A lake's address, a run's id and a reason stand on one line, however long they are."""
    lake, run = f"s3://b{'/deep' * 300}", "r" * 3_000
    why = Reason(1, ["tt0000001"])
    report = replace(_report(run, lake), reasons={"failed": {"w" * 2_000: why}})
    file = io.StringIO()
    logged = terminal.console_on(file)
    for console in (terminal.open_console(stderr=False), logged):
        console.print(outcome_table(report))
        console.print(run_table([report]))
    for shown in (capsys.readouterr().out, file.getvalue()):
        lines = [line.rstrip() for line in shown.splitlines()]
        assert f"run {run}" in lines[0]
        assert any(line.endswith(f"1 {'w' * 2_000} (tt0000001)") for line in lines)
        assert any(f"{lake}/" in line for line in lines)
        assert any(line.startswith(f"{run}  unfinished") for line in lines)


def _printed(*shown: object) -> str:
    file = io.StringIO()
    console = Console(file=file, width=400, force_terminal=False)
    for one in shown:
        console.print(one)
    return file.getvalue()


@settings(deadline=None)  # the first drawing imports what rich needs
@given(HOSTILE, HOSTILE)
def test_any_run_and_lake_are_cells_of_their_own_row(run: str, lake: str) -> None:
    """No text of a cell is markup, an escape sequence or a row of its own; none is lost."""
    harmless, hostile = (
        _printed(
            outcome_table(_report(*names)),
            run_table([_report(*names), DamagedRun(names[0], "damaged")]),
        )
        for names in (("r", "l"), (run, lake))
    )
    assert hostile.count("\n") == harmless.count("\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", hostile)
    for text in ("[/y]", "[bold red]", "[link=http://h]", ":smile:"):
        assert (text in hostile) == (text in run + lake)


@settings(deadline=None)  # the first drawing imports what rich needs
@given(HOSTILE)
def test_any_text_is_one_line(text: str) -> None:
    """A line that is said stays one, and a styled cell is no way around it."""
    file = io.StringIO()
    console = Console(file=file, width=20, force_terminal=False)
    say_on(console, text)
    table = Rows(box=None, show_header=False)
    table.add_column(no_wrap=True)
    table.add_row(Text(text, style="red"))
    console.print(table)
    assert file.getvalue().count("\n") == 2
    assert "\x1b" not in file.getvalue()


def test_nothing_prints_beside_them() -> None:
    """`typer.echo`, `print`, consoles and tables are used by the two modules alone that clean."""
    cli = Path(harvester.__file__).parent / "cli"
    asks = re.compile(r"\becho\(|\bprint\((?!\w*_table\()|\bConsole\(|\bTable\(|stderr\.write\(")
    found = {
        path.relative_to(cli).as_posix(): asks.findall(path.read_text("utf-8"))
        for path in cli.rglob("*.py")
        if asks.search(path.read_text("utf-8"))
    }
    assert set(found) == {"output.py", "console/terminal.py", "console/voice.py"}
    assert found["console/voice.py"] == ["stderr.write("]  # lines of JSON, which `line` cleans
