"""`--help` gives examples, usage errors are sentences, and shell completion works."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from command_line import harvester
from tiny.origin import TinyOrigin
from typer.core import TyperGroup

from harvester.cli.app import command_line
from harvester.cli.help import split_help
from harvester.origins.tmdb.origin import TmdbOrigin
from harvester.pages import LANGUAGES
from harvester.zones.ddl.ddl import DIALECTS
from harvester.zones.engines import NAMES as ENGINES

GROUP: Any = command_line()
assert isinstance(GROUP, TyperGroup)
COMMANDS = dict(GROUP.commands)
EXAMPLES = {
    name: split_help(command.help or "")[1] for name, command in {"": GROUP, **COMMANDS}.items()
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_command_has_three_examples(name: str) -> None:
    """Help begins with examples to paste, each short enough to read; `run` has three questions."""
    assert len(EXAMPLES[name]) == (6 if name == "run" else 3)
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
        (["run", "--rate"], ["--rate", "requires an argument", "harvester run --help"]),
        (["show", "--endpoint"], ["requires an argument", "harvester show --help"]),
        (["run", "--local=x"], ["does not take a value", "harvester run --help"]),
        (["query", "-f"], ["-f", "requires an argument", "harvester query --help"]),
        (["query", "-x"], ["-x", "harvester query --help"]),
        (["status", "a", "b"], ["unexpected", "harvester status --help"]),
        (["upload"], ["missing argument", "FILE", "harvester upload --help"]),
        (["simulate", "--port", "x"], ["--port", "integer", "harvester simulate --help"]),
        (["--bogus"], ["--bogus", "`harvester --help`"]),
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
        ("harvester run --origin t", {"tmdb", "tiny"}),
        ("harvester run --origin tiny --endpoints info,ca", {"info,cast"}),
        ("harvester run --origin TMDB --endpoints ca", set()),
        ("harvester run --endpoints ca", {"cast"}),
        ("harvester run --max-d", {"--max-duration"}),
        ("harvester status --lake l 2026", {"20261124-aaaaaaaa", "20261125-bbbbbbbb"}),
        ("harvester run --lake l --run 2026", {"20261124-aaaaaaaa", "20261125-bbbbbbbb"}),
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
    origins = {"TMDB": TmdbOrigin(), "Tiny": TinyOrigin()}
    monkeypatch.setattr("harvester.cli.completion.ORIGINS", origins)
    for run in ("TMDB/_harvest/20261124-aaaaaaaa", "Tiny/_harvest/20261125-bbbbbbbb"):
        (Path("l/Raw") / run).mkdir(parents=True)
    Path("l/Raw/TMDB/_harvest/other").mkdir()
    monkeypatch.setenv("_HARVESTER_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    with pytest.raises(SystemExit) as ended:
        GROUP.main(["harvester"], prog_name="harvester")
    assert ended.value.code == 0
    assert set(capsys.readouterr().out.split()) == offered


def _completed(
    shell: str, typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, str]:
    """Return what a shell is offered, and the help beside it, as the shell would read both."""
    monkeypatch.setenv("_HARVESTER_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("COLUMNS", "60")
    if shell == "bash":
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split(" ")) - 1))
    else:
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", typed)
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    with pytest.raises(SystemExit) as ended:
        GROUP.main(["harvester"], prog_name="harvester")
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    if shell == "zsh":
        lines[0] = lines[0].removeprefix("_arguments '*: :((")
        lines[-1] = lines[-1].removesuffix("))'")
        offered = [re.fullmatch(r'"([^"]+)"(?::"(.*)")?', line) for line in lines]
        assert all(offered), lines
        return {one[1]: _unescaped(one[2] or "") for one in offered if one}
    return {name: text for name, _, text in (line.partition("\t") for line in lines)}


def _unescaped(text: str) -> str:
    for escaped, plain in ((r"\\:", ":"), ("''", "'"), ('""', '"'), (r"\`", "`"), (r"\$", "$")):
        text = text.replace(escaped, plain)
    return text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_option_is_completed_in_every_shell(
    name: str, shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One candidate a line, with its help as it is: brackets are no markup, nothing is wrapped."""
    command = COMMANDS.get(name, GROUP)
    context = command.make_context(name or "harvester", [], resilient_parsing=True)
    known = {
        option: " ".join(param.help.split())
        for param in command.get_params(context)
        for option in param.opts
        if option.startswith("--")
    }
    typed = f"harvester {name} --" if name else "harvester --"
    offered = _completed(shell, typed, monkeypatch, capsys)
    assert offered == (dict.fromkeys(known, "") if shell == "bash" else known)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_is_completed_in_every_shell(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its first sentence, on one line however long that is."""
    offered = _completed(shell, "harvester ", monkeypatch, capsys)
    first = {name: command.get_short_help_str() for name, command in COMMANDS.items()}
    assert offered == (dict.fromkeys(COMMANDS, "") if shell == "bash" else first)


FEW = [
    ("describe --ddl ", DIALECTS),
    ("report --lang ", LANGUAGES),
    ("analyse --lang ", LANGUAGES),
    ("build --lang ", LANGUAGES),
    ("build --engine ", ENGINES),
    ("trusted --engine ", ENGINES),
    ("refined --engine ", ENGINES),
    ("run --requests ", ("fanout", "append")),
    ("retry --requests ", ("fanout", "append")),
    ("run --rate ", ("auto",)),
    ("retry --rate ", ("auto",)),
    ("run --format ", ("array", "lines")),
    ("run --format l", ("lines",)),
    ("run --only ", ("due",)),
    ("run --as ", ("Movies", "Series")),
    ("upload --as ", ("Movies", "Series")),
]
"""What is typed of a command line, and the values that its option takes, from their tables."""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(("typed", "values"), FEW)
def test_values_that_are_few_are_completed(
    typed: str,
    values: tuple[str, ...],
    shell: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All that an option takes, and nothing else."""
    offered = _completed(shell, f"harvester {typed}", monkeypatch, capsys)
    assert tuple(offered) == values


def test_each_option_with_few_values_is_tested_and_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its help, all of them; the others that complete anything here have names of an origin."""
    monkeypatch.chdir(tmp_path)
    few = {tuple(typed.split()): values for typed, values in FEW if typed.endswith(" ")}
    completed = set()
    for name, command in COMMANDS.items():
        context = typer.Context(command)
        params: list[Any] = command.params
        for param in (one for one in params if one.param_type_name == "option"):
            if param.shell_complete(context, ""):
                completed.add((name, param.opts[0]))
            for value in few.get((name, param.opts[0]), ()):
                assert value in param.help, (name, param.opts)
    of_origins = {"--origin", "--endpoints", "--endpoint", "--where"}
    assert {one for one in completed if one[1] not in of_origins} == few.keys()


@pytest.mark.parametrize("name", COMMANDS)
async def test_each_command_names_its_own_help(name: str) -> None:
    """Whatever is wrong with its options: one that is unknown, or lacks its value, or has one."""
    params: list[Any] = COMMANDS[name].params
    with_value = [p.opts[0] for p in params if p.param_type_name == "option" and not p.is_flag]
    for option in ["--bogus", "--help=x", *with_value]:
        assert f"see `harvester {name} --help`" in (await harvester(name, option)).err, option
