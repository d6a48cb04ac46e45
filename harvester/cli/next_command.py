"""Commands a user can paste to go on."""

import shlex
import sys
from pathlib import Path

from harvester.lake import keys
from harvester.lake.documents.summary import Report
from harvester.model import DEFAULT_ORIGIN
from harvester.run.retries import base_of
from harvester.settings import SIMULATOR_HOST


def lines_to_continue() -> tuple[str, str]:
    """Return what to do to go on with a run, and the command.

    It is the one that was given, without `--fresh`, which would plan another run.
    """
    words = [word for word in sys.argv[1:] if word != "--fresh"]
    same = "the same command" if words == sys.argv[1:] else "the same command without --fresh"
    return f"To continue, run {same} again:", f"  {program()} {shlex.join(words)}"


def command_to_retry(report: Report) -> str:
    """Return the command that asks again for what failed in a run."""
    words = ["retry", base_of(report.run), *_where(report), *_origin(report)]
    return f"{program()} {shlex.join(words)}"


def command_to_verify(report: Report) -> str:
    """Return the command that checks a run."""
    return f"{program()} {shlex.join(['verify', report.run, *_where(report)])}"


def command_to_resume(report: Report) -> str | None:
    """Return the command that goes on with a run; None when its Report does not tell.

    Standard input is gone, and a Report names the first inputs only. Where a token or the address
    of the origin was set, it must be set again.
    """
    if base_of(report.run) != report.run:
        return command_to_retry(report)
    names = [facts.name for facts in report.inputs]
    if "-" in names or len(names) < report.inputs_total:
        return None
    if all(keys.parse_csv_key(name) for name in names):
        names = [f"{report.lake.rstrip('/')}/{name}" for name in names]
    asked = report.asked
    words = ["run", *names, *_where(report), *_origin(report), "--run", report.run]
    kinds = {facts.kind for facts in report.inputs}
    if len(kinds) == 1:  # a bare list of ids does not tell its own
        words += ["--as", keys.CSV_FOLDER[kinds.pop()]]
    words += ["--endpoints", ",".join(asked.endpoints)]
    for flag, value in (("--language", asked.language), ("--limit", asked.limit)):
        words += [] if value is None else [flag, str(value)]
    for genre in asked.genres:
        words += ["--genre", genre]
    for condition in asked.where:
        words += ["--where", condition]
    if asked.only is not None:
        words += ["--only", asked.only, "--max-age", _age(asked.max_age or 0)]
    if asked.format != "array":
        words += ["--format", asked.format]
    return f"{program()} {shlex.join(words)}"


def _age(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    return f"{seconds // 3_600}h" if rest else f"{days}d"


def _where(report: Report) -> list[str]:
    """Return what names the lake; the embedded simulator answers for `--local` alone."""
    simulated = report.asked.host == SIMULATOR_HOST
    return ["--local"] if simulated else ["--lake", report.lake]


def _origin(report: Report) -> list[str]:
    origin = report.asked.origin
    return [] if origin == DEFAULT_ORIGIN else ["--origin", origin.casefold()]


def program() -> str:
    """Return how the program was started: `harvester`, or as a module of Python."""
    return "python -m harvester" if Path(sys.argv[0]).name == "__main__.py" else "harvester"
