"""An error about an input that a file names says which file does."""

from pathlib import Path

import pytest
from command_line import harvester

from harvester.settings import FILE

MISSING = "Raw/Local/CSV/Movies/2026/11/24/x.csv"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("notes.csv", "notes.csv has no column imdb_id"),
        ("nope.csv", "nope.csv does not exist"),
        ("tmdb:nope", "is not a question to TMDB"),
        ("tmdb:movie/No Such Film", "knows none of this name"),
        (MISSING, f"holds no {MISSING}"),
    ],
)
async def test_the_file_that_names_an_input_is_in_its_error(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that one knows where to correct it; a variable and a command are nearer at hand."""
    Path("notes.csv").write_text("day,text\n1,x\n", encoding="utf-8")
    Path(FILE).write_text(f"inputs = ['{name}']\n", encoding="utf-8")
    by_file = await harvester("run", "--local", "--dry-run")
    Path(FILE).unlink()
    monkeypatch.setenv("HARVESTER_INPUTS", name)
    by_variable = await harvester("run", "--local", "--dry-run")
    by_command = await harvester("run", name, "--local", "--dry-run")
    for ended in (by_file, by_variable, by_command):
        assert ended.code == 2
        assert said in ended.err
    assert by_file.err.endswith("; see harvester.toml: inputs\n")
    for ended in (by_variable, by_command):
        assert "harvester.toml" not in ended.err


async def test_conditions_that_no_row_holds_name_the_file_too() -> None:
    """They are held against the inputs that it names."""
    Path("m.csv").write_text("imdb_id,year\ntt0000001,1999\n", encoding="utf-8")
    Path(FILE).write_text("inputs = 'm.csv'\n", encoding="utf-8")
    ended = await harvester("run", "--local", "--dry-run", "--where", "year=1950")
    assert ended.code == 2
    assert ended.err.endswith("; see harvester.toml: inputs\n")
