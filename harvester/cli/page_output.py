"""What the commands that write a page share: its language, and where it goes."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.completion import one_of
from harvester.cli.output import say, show
from harvester.errors import SettingError

if TYPE_CHECKING:
    from harvester.pages import Language

Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="CODE",
        help="the page's: en or pt-BR",
        autocompletion=one_of("en", "pt-BR"),
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="where the page goes")
]

Open = Annotated[bool, typer.Option("--open", help="open the page in a browser, too")]

_STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/")
"""They may be files, which others hold."""


def language_of(lang: str) -> "Language":
    """Return a page's language. Raises `SettingError`."""
    from harvester.pages import LANGUAGES  # noqa: PLC0415 - not for --help

    known = {language.casefold(): language for language in LANGUAGES}
    found = known.get(lang.replace("_", "-").casefold())
    if found is None:
        raise SettingError(f"--lang takes {' or '.join(LANGUAGES)}, not {lang!r}")
    return found


def write_page(
    named: Path | None, default: str, page: str, *, quiet: bool = False, opens: bool = False
) -> None:
    """Write a page and print its path, unless `quiet`; a browser `opens` it.

    Where nobody named a file, no link is followed and no pipe waited for: others may write into the
    current folder, too. Raises `SettingError` when it can't be written.
    """
    path = named or Path(default)
    try:
        _write(path, page, follow=named is not None)
    except OSError as error:
        raise SettingError(f"--output {path} can't be written: {error.strerror}") from None
    if not quiet:
        show(str(path))
    if opens and not _opened(path):
        say(f"No browser could be opened here: open {path} yourself")


def _write(path: Path, page: str, *, follow: bool) -> None:
    """Write beside and rename, so that a full disk spoils no page; to what is no file, directly."""
    try:
        before = path.stat(follow_symlinks=follow).st_mode
    except FileNotFoundError:
        before = None
    is_file = before is None or stat.S_ISREG(before)
    if not is_file or path.is_relative_to("/proc") or str(path).startswith(_STREAMS):
        flags = os.O_WRONLY | (0 if follow else os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(path, "w", encoding="utf-8", opener=lambda at, _: os.open(at, flags)) as file:
            file.write(page)
        return
    from harvester.stores.new_file import named_once_whole  # noqa: PLC0415 - not for --help

    target = path.resolve() if follow else path
    with named_once_whole(target, force=True) as new, new.open("x", encoding="utf-8") as file:
        if before is not None:
            os.fchmod(file.fileno(), stat.S_IMODE(before))
        file.write(page)


def _opened(path: Path) -> bool:
    """Let a browser open a page, and return whether there is one: it is never an error."""
    import webbrowser  # noqa: PLC0415 - not for --help

    try:
        return webbrowser.open(path.resolve().as_uri())
    except (OSError, webbrowser.Error):
        return False
