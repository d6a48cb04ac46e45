"""The man page has every command, option and variable, and is well-formed."""

import re
from typing import Any

from man_page import _text, man_page

from harvester.cli.app import command_line
from harvester.settings import KEYS, token_variables

REQUESTS = {".TH", ".SH", ".SS", ".TP", ".B", ".I", ".PP", ".RS", ".RE", ".nf", ".fi"}


def test_every_command_option_and_variable_is_there() -> None:
    """By its name, escaped as man wants it."""
    page = man_page()
    group: Any = command_line()
    for name, command in group.commands.items():
        _, begin, rest = page.partition(f".SS harvester {name} ")
        part = rest.partition("\n.S")[0]
        assert begin, name
        options = {one for param in command.params for one in param.opts if one.startswith("--")}
        assert all(_text(option) in part for option in options), name
    for variable in (*(key.variable for key in KEYS), *token_variables()):
        assert f".B {variable}\n" in page


def test_only_requests_begin_with_a_dot() -> None:
    """Else man would take a line of text for a request, and show nothing of it."""
    lines = man_page().splitlines()
    assert {line.split()[0] for line in lines if line.startswith((".", "'"))} <= REQUESTS
    assert not any(re.search(r"(?<!\\)-", line) for line in lines if not line.startswith(".TH"))


def test_text_is_escaped() -> None:
    """A backslash, a dash, and a dot or quote at the beginning."""
    assert [_text(text) for text in (".x", "'x", r"a\b", "--x")] == [
        r"\&.x",
        r"\&'x",
        r"a\eb",
        r"\-\-x",
    ]
