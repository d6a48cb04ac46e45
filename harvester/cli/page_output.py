"""What the commands that write a page share: its language, and where it goes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.errors import SettingError

if TYPE_CHECKING:
    from harvester.pages import Language

Lang = Annotated[str, typer.Option("--lang", metavar="CODE", help="the page's: en or pt-BR")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="where the page goes")
]


def language_of(lang: str) -> "Language":
    """Return a page's language. Raises `SettingError`."""
    from harvester.pages import LANGUAGES  # noqa: PLC0415 - not for --help

    known = {language.casefold(): language for language in LANGUAGES}
    found = known.get(lang.replace("_", "-").casefold())
    if found is None:
        raise SettingError(f"--lang takes {' or '.join(LANGUAGES)}, not {lang!r}")
    return found


def write_page(path: Path, page: str) -> None:
    """Write a page and print its path. Raises `SettingError` when it can't be written."""
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise SettingError(f"--output {path} can't be written: {error.strerror}") from None
    typer.echo(path)
