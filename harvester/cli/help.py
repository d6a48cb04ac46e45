"""`--help` that teaches: what a command does, examples to paste, then its options in groups.

Plain text: rich would double the time that `--help` takes.
"""

import inspect
import os
from typing import Any

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

_EXAMPLES = "Examples:"
_GROUPS = {
    "Where": ("--lake", "--local"),
    "What to ask for": (
        "--origin",
        "--endpoints",
        "--endpoint",
        "--requests",
        "--language",
        "--genre",
        "--where",
        "--as",
        "--limit",
        "--format",
        "--id-map",
    ),
    "How fast, how long": (
        "--rate",
        "--max-rate",
        "--quota",
        "--concurrency",
        "--max-duration",
    ),
    "Which run": ("--run", "--fresh", "--date", "--dry-run"),
    "What it says": (
        "--json",
        "--csv",
        "--parquet",
        "--list",
        "--quiet",
        "--verbose",
        "--log-json",
        "--log-file",
        "--open",
    ),
}
_GROUP_OF = {name: group for group, names in _GROUPS.items() for name in names}
_REST = "Options"
_ONE_LINE = "1000000"


def split_help(text: str) -> tuple[str, list[str]]:
    """Return what a command's docstring summary, and the examples that stand below `Examples:`."""
    summary, _, examples = inspect.cleandoc(text).partition(_EXAMPLES)
    return summary.strip(), [line.strip() for line in examples.splitlines() if line.strip()]


def _plain(items: list[Any]) -> list[Any]:
    """Let the help of completions be shown as it is, each on one line.

    Typer gives it to rich, which takes brackets for markup and wraps at the terminal's width: a
    shell would take each piece for one more candidate.
    """
    if any(item.help for item in items):
        from rich.markup import escape  # noqa: PLC0415 - not for --help

        os.environ["COLUMNS"] = _ONE_LINE
        for item in items:
            item.help = escape(" ".join(item.help.split())) if item.help else None
    return items


class TeachingCommand(TyperCommand):
    """A command whose help begins with examples, and whose errors know whose they are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command line; an error without a command is this one's."""
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:
            said: Any = error
            said.ctx = getattr(said, "ctx", None) or ctx
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the sentence, the examples, the usage and the options."""
        summary, examples = split_help(self.help or "")
        formatter.write_text(summary)
        if examples:
            formatter.write(f"\n{_EXAMPLES}\n" + "".join(f"  {line}\n" for line in examples))
        formatter.write_paragraph()
        self.format_usage(ctx, formatter)
        self.format_options(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options group by group."""
        groups = ("Arguments", *_GROUPS, _REST)
        rows: dict[str, list[tuple[str, str]]] = {group: [] for group in groups}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is None:
                continue
            if param.param_type_name == "argument":
                group, record = "Arguments", (record[0].partition(" <")[0], record[1])
            else:
                group = next((_GROUP_OF[name] for name in param.opts if name in _GROUP_OF), _REST)
            rows[group].append(record)
        for group, records in rows.items():
            if records:
                with formatter.section(group):
                    formatter.write_dl(records)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Return the options that begin like this, with their help."""
        return _plain(super().shell_complete(ctx, incomplete))

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 - never cut, it wraps
        """Return the first sentence, for lists of commands."""
        return split_help(self.help or "")[0].partition("\n\n")[0].replace("\n", " ")


class TeachingGroup(TyperGroup):
    """The program itself; its help begins with examples, too."""

    format_help = TeachingCommand.format_help

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the commands before the options: they are what a newcomer looks for."""
        self.format_commands(ctx, formatter)
        records = [param.get_help_record(ctx) for param in self.get_params(ctx)]
        with formatter.section(_REST):
            formatter.write_dl([record for record in records if record is not None])
        formatter.write_paragraph()
        formatter.write_text(self.epilog or "")

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Return the commands, or the options, that begin like this, with what they do."""
        return _plain(super().shell_complete(ctx, incomplete))
