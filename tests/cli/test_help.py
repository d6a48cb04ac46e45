"""`--help` gives examples, usage errors are sentences, and shell completion works."""

import shlex
from pathlib import Path

import pytest
import typer
from command_line import harvester
from typer.core import TyperGroup

from harvester.cli.app import app
from harvester.cli.help import split_help

GROUP = typer.main.get_command(app)
assert isinstance(GROUP, TyperGroup)
COMMANDS = dict(GROUP.commands)
EXAMPLES = {
    name: split_help(command.help or "")[1] for name, command in {"": GROUP, **COMMANDS}.items()
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_command_has_three_examples(name: str) -> None:
    """Help begins with three examples to paste, each short enough to read."""
    assert len(EXAMPLES[name]) == 3
    assert all(len(line) <= 98 for line in EXAMPLES[name])


@pytest.mark.parametrize("line", [line for lines in EXAMPLES.values() for line in lines])
def test_each_example_is_a_command_of_ours(line: str) -> None:
    """An example names a command of the harvester and options that this command has."""
    words = shlex.split(line, comments=True)
    words = words[words.index("harvester") + 1 :]
    words = words[: next((i for i, word in enumerate(words) if word in {"|", ">"}), None)]
    name, *args = words
    context = COMMANDS[name].make_context(name, args, resilient_parsing=False)
    context.close()


async def test_help_begins_with_examples_and_groups_its_options() -> None:
    """Sentence, examples, usage, groups; nothing is truncated."""
    said = (await harvester("run", "--help")).out
    order = [
        "Harvest the titles",
        "Examples:",
        "Usage:",
        "Where:",
        "What to ask for:",
        "Which run:",
    ]
    places = [said.index(part) for part in order]
    assert places == sorted(places)
    root = (await harvester("--help")).out
    assert "..." not in root.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["rnu"], ["no such command 'rnu'", "did you mean 'run'", "harvester --help"]),
        (["run", "--lakes", "l"], ["--lakes", "did you mean '--lake'", "harvester run --help"]),
        (["run", "--rate"], ["--rate", "requires an argument"]),
        (["status", "a", "b"], ["unexpected", "harvester status --help"]),
        (["upload"], ["missing argument", "FILE"]),
        (["simulate", "--port", "x"], ["--port", "integer"]),
    ],
)
async def test_a_usage_error_is_one_sentence(args: list[str], words: list[str]) -> None:
    """Like every other error: exit 2, and one line that suggests what was probably meant."""
    ended = await harvester(*args)
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1, ended.err
    assert ended.err.startswith("harvester: ")
    for word in words:
        assert word in ended.err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("harvester st", {"status"}),
        ("harvester run --endpoints find,cr", {"find,credits"}),
        ("harvester run --max-d", {"--max-duration"}),
        ("harvester status --lake l 2026", {"20261124-aaaaaaaa", "20261125-bbbbbbbb"}),
        ("harvester verify --lake s3://bucket 2026", set()),
        ("harvester status --lake nowhere 2026", set()),
    ],
)
def test_completion(
    typed: str,
    offered: set[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What bash's completion script asks for is answered, including the runs of a local lake."""
    for run in ("20261124-aaaaaaaa", "20261125-bbbbbbbb", "other"):
        (Path("l/Raw/TMDB/_harvest") / run).mkdir(parents=True)
    monkeypatch.setenv("_HARVESTER_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    command = typer.main.get_command(app)
    with pytest.raises(SystemExit) as ended:
        command.main(["harvester"], prog_name="harvester")
    assert ended.value.code == 0
    assert set(capsys.readouterr().out.split()) == offered
