"""The man page, from what `--help` says: `scripts/build_docs.py` writes it to docs/harvester.1.

Its language is man's: https://man7.org/linux/man-pages/man7/man.7.html
"""

from collections.abc import Iterator
from typing import Any

import typer

from harvester.cli.app import command_line
from harvester.cli.help import split_help
from harvester.settings import FILE, KEYS, token_variables


def man_page() -> str:
    """Return the page: the program, each command with its options, variables, exit codes."""
    root: Any = command_line()
    above = typer.Context(root, info_name="harvester", help_option_names=["-h", "--help"])
    summary, examples = split_help(root.help or "")
    lines = [
        '.TH HARVESTER 1 "" "tmdb\\-harvester" "User Commands"',
        ".SH NAME",
        f"harvester \\- {_text(summary[:1].lower() + summary[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        ".B harvester",
        ".I COMMAND",
        "[\\fIOPTION\\fR ...]",
        ".SH EXAMPLES",
        *_literal(examples),
        ".SH COMMANDS",
    ]
    for name, command in root.commands.items():
        lines += _command(name, command, above)
    lines += [".SH ENVIRONMENT"]
    for key in KEYS:
        lines += [".TP", f".B {_text(key.variable)}", _text(key.help)]
    for variable, origin in token_variables().items():
        what = f"a token of {origin.name}: {origin.token_url}; nowhere else is one read"
        lines += [".TP", f".B {_text(variable)}", _text(what)]
    lines += [".SH FILES", ".TP", f".B {_text(FILE)}"]
    lines += [
        "settings, in the current folder, in those above it up to the home folder, and in",
        _text("~/.config/tmdb-harvester/: the nearest that has a key counts"),
        ".SH EXIT STATUS",
        _text((root.epilog or "").partition(": ")[2]),
    ]
    return "\n".join(lines) + "\n"


def _command(name: str, command: Any, above: typer.Context) -> Iterator[str]:
    """Yield a command's part: what it does, its examples, its arguments and options."""
    context = typer.Context(command, info_name=name, parent=above)
    summary, examples = split_help(command.help or "")
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (f".SS {_text(f'harvester {name} {usage}')}", _text(" ".join(summary.split())))
    yield from _literal(examples)
    for param in command.get_params(context):
        record = param.get_help_record(context)
        if record is not None:
            yield from (".TP", f".B {_text(record[0].partition(' <')[0])}", _text(record[1]))


def _literal(lines: list[str]) -> Iterator[str]:
    """Yield lines that are shown as they are, indented."""
    yield from (".PP", ".RS", ".nf", *map(_text, lines), ".fi", ".RE", ".PP")


def _text(text: str) -> str:
    """Return a text in which nothing is a request or an escape of the page's language."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
