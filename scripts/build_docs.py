"""Write the pages in docs/ that the code tells: commands.md, settings.md and harvester.1.

A test compares them with what this program would write; `make docs` writes them again.
"""

import sys
from pathlib import Path
from typing import Any

import typer
from man_page import man_page

from harvester.cli.app import command_line
from harvester.model import DEFAULT_ORIGIN
from harvester.origins.origin import Origin
from harvester.origins.table import ORIGINS
from harvester.settings import KEYS, flag

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDTH = 96


def commands_page() -> str:
    """Return every command's help as a page."""
    root: Any = command_line()
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
    root: Any = command_line()
    flags = {
        option for command in root.commands.values() for p in command.params for option in p.opts
    }
    rows = [
        "| "
        + " | ".join(
            (
                f"`{key.name}`" if key.in_file else "",
                f"`{flag(key.name)}`" if flag(key.name) in flags | {"INPUT"} else "",
                ", ".join(
                    f"`{name}`"
                    for name in dict.fromkeys(key.variable_for(one) for one in ORIGINS.values())
                ),
                f"`{key.default}`" if key.default else "",
                key.help.replace("|", "\\|"),
            )
        )
        + " |"
        for key in KEYS
    ]
    tokens = " or ".join(f"`{name}`" for name in ORIGINS[DEFAULT_ORIGIN].token_variables)
    return "\n".join(
        [
            "# Settings",
            "",
            "A flag beats an environment variable, which beats `harvester.toml`, which beats the",
            "default. `harvester config` says which value holds, and who set it. Written by",
            "`make docs` from `harvester/settings/keys.py`.",
            "",
            "`harvester.toml` is looked for in the current folder; where that is in your home",
            "folder, in each folder above it up to there; and in `~/.config/tmdb-harvester/`",
            "(`XDG_CONFIG_HOME`). Of a key that several files have, the nearest file's counts.",
            "A path in a file (`lake`, `inputs`, `id_map`) is relative to that file. A file has at",
            "most 256 KB; a pipe or a device of that name is not opened.",
            "",
            "| key in harvester.toml | flag | variable | default | what it is |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"The token is {tokens} in the environment, and nowhere else: the first is TMDB's API",
            "Read Access Token, the second its older API key. An unknown key, in the file or given",
            "to `load_settings`, or an unknown `HARVESTER_…` variable is an error, not silence.",
            "",
            "The defaults above are those of the default origin. What each origin has of its own:",
            "",
            "| origin | endpoints, the default ones first | rate | token | base URL |",
            "|---|---|---|---|---|",
            *(_origin_row(origin) for origin in ORIGINS.values()),
            "",
            "A setting that an origin has no use for (`language`, `requests` append, `id_map`,",
            "`rate` auto) is refused.",
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


def _origin_row(origin: Origin) -> str:
    """Return what an origin has of its own, as a row of a table."""
    first = origin.default_endpoints
    names = (*first, *(name for name in origin.endpoints if name not in first))
    cells = (
        f"`{origin.name.casefold()}`",
        ", ".join(names),
        f"{origin.default_rate:g}",
        " or ".join(f"`{name}`" for name in origin.token_variables) or "none",
        f"`{origin.base_url_variable}`, `{origin.base_url}`",
    )
    return f"| {' | '.join(cells)} |"


def pages() -> dict[Path, str]:
    """Return what each written page must hold."""
    return {
        DOCS / "commands.md": commands_page(),
        DOCS / "settings.md": settings_page(),
        DOCS / "harvester.1": man_page(),
    }


def main() -> int:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0


def _block(title: str, text: str) -> str:
    return f"## {title}\n\n```text\n{text.strip()}\n```"


if __name__ == "__main__":
    sys.exit(main())
