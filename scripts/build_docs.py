"""Write the pages of the manual that the code tells: docs/commands.md and docs/settings.md.

A test compares them with what this program would write; `make docs` writes them anew.
"""

import sys
from pathlib import Path
from typing import Any

import typer

from harvester.cli.app import app
from harvester.settings import KEYS, TOKEN_VARIABLES, flag

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDTH = 96


def commands_page() -> str:
    """Return every command's help as a page."""
    root: Any = typer.main.get_command(app)
    above = typer.Context(
        root,
        info_name="harvester",
        help_option_names=["-h", "--help"],
        terminal_width=WIDTH,
    )
    parts = [
        "# Commands",
        "What `--help` says of each. Written by `make docs`.",
        _block("harvester", root.get_help(above)),
    ]
    for name, command in root.commands.items():
        context = typer.Context(command, info_name=name, parent=above, terminal_width=WIDTH)
        parts.append(_block(f"harvester {name}", command.get_help(context)))
    return "\n\n".join(parts) + "\n"


def settings_page() -> str:
    """Return the table of settings as a page."""
    root: Any = typer.main.get_command(app)
    flags = {
        option for command in root.commands.values() for p in command.params for option in p.opts
    }
    rows = [
        "| "
        + " | ".join(
            (
                f"`{key.name}`" if key.in_file else "",
                f"`{flag(key.name)}`" if flag(key.name) in flags | {"INPUT"} else "",
                f"`{key.variable}`",
                f"`{key.default}`" if key.default else "",
                key.help.replace("|", "\\|"),
            )
        )
        + " |"
        for key in KEYS
    ]
    tokens = " or ".join(f"`{name}`" for name in TOKEN_VARIABLES)
    return "\n".join(
        [
            "# Settings",
            "",
            "A flag beats an environment variable, that beats `harvester.toml` in the current",
            "folder, that beats the default. `harvester config` says which value holds, and who",
            "set it. Written by `make docs` from `harvester/settings/keys.py`.",
            "",
            "| key in harvester.toml | flag | variable | default | what it is |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"The token is {tokens} in the environment, and nowhere else: the first is TMDB's API",
            "Read Access Token, the second its older API key. An unknown key or `HARVESTER_…`",
            "variable is an error, not silence.",
            "",
            "```toml",
            "# harvester.toml: habits of this folder",
            'lake = "s3://my-lake"',
            'language = "pt-BR"',
            "rate = 30",
            "```",
            "",
            "AWS is set by its own variables (`AWS_PROFILE`, `AWS_REGION`, …), proxies by theirs",
            "(`HTTPS_PROXY`, …).",
            "",
        ]
    )


def pages() -> dict[Path, str]:
    """Return what each written page must hold."""
    return {DOCS / "commands.md": commands_page(), DOCS / "settings.md": settings_page()}


def main() -> int:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0


def _block(title: str, text: str) -> str:
    return f"## {title}\n\n```text\n{text.strip()}\n```"


if __name__ == "__main__":
    sys.exit(main())
