"""The digests of 0.1.0 stand: by them its command lines find their runs again."""

import json
from pathlib import Path
from typing import Any

import pytest
from old_lake import FIXTURES
from typer.testing import CliRunner

from harvester.cli.app import app
from harvester.sample import SAMPLE

ROWS: list[dict[str, Any]] = json.loads((FIXTURES / "digests.json").read_bytes())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row["argv"][1:])[:60])
def test_a_command_of_0_1_0_has_the_digest_it_had(
    row: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run with `--dry-run --json`, each command line names the run that 0.1.0 named."""
    (tmp_path / "inputs").symlink_to(FIXTURES / "inputs")
    for name, value in row.get("env", {}).items():
        monkeypatch.setenv(name, value)
    given = Path(row["stdin"]).read_bytes() if "stdin" in row else b""
    ended = CliRunner().invoke(
        app, [*row["argv"], "--dry-run", "--json"], input=given, catch_exceptions=False
    )
    assert ended.exit_code == 0
    preview = json.loads(ended.stdout)
    assert (preview["state"], preview["done"]) == ("new", 0)
    assert preview["run"].split("-")[1:] == [row["digest"]]
    assert not list(tmp_path.rglob("plan*"))


def test_the_rows_tell_what_is_asked_apart() -> None:
    """They are of many kinds: a digest that left a field out would give some of them alike."""
    assert len({row["digest"] for row in ROWS}) >= 15


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (["--genre", "Western"], ["--where", "genre=WESTERN"], True),
        (
            ["--genre", "Western", "--genre", "Drama"],
            ["--where", "genre=drama", "--genre", "western"],
            True,
        ),
        (["--where", "year=1894..1894"], ["--where", "Year=1894", "--where", "year=1894"], True),
        (["--where", "title=Dallas"], ["--where", "title=DÁLLAS"], True),
        (
            ["--where", "year=1894", "--where", "title=Miss Jerry"],
            ["--where", "title=Miss Jerry", "--where", "year=1894"],
            True,
        ),
        (["--where", "year=1894"], [], False),
        (["--where", "year=1894"], ["--where", "year=1894..1895"], False),
        (["--where", "year=1894"], ["--where", "title=Miss Jerry"], False),
    ],
)
def test_the_same_rows_are_the_same_run(one: list[str], other: list[str], same: bool) -> None:
    """However a condition is spelt, and whichever flag says a genre; other rows are another run."""
    runs = set()
    for flags in (one, other):
        command = ["run", str(SAMPLE["movie"]), str(SAMPLE["series"]), "--local", *flags]
        ended = CliRunner().invoke(app, [*command, "--dry-run", "--json"], catch_exceptions=False)
        assert ended.exit_code == 0, ended.output
        runs.add(json.loads(ended.stdout)["run"])
    assert len(runs) == (1 if same else 2)
