"""`harvester expire`: what may no longer be kept is deleted."""

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvester import settings
from harvester.cli import options
from harvester.cli.exits import Exit
from harvester.cli.output import ensure_written, say, show, write_json
from harvester.errors import SettingError
from harvester.settings import values
from harvester.words import counted

if TYPE_CHECKING:
    from harvester.run.expire import Expiry, OnlyRecords


def expire_command(
    *,
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="DAYS", help="since they were finished")
    ] = "180d",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would be deleted; write nothing")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="delete a title's only record, too")
    ] = False,
    lake: options.Lake = None,
    local: options.Local = False,
    as_json: options.Json = False,
) -> None:
    """Delete the records of old runs, as TMDB's terms ask after six months; exit 3 if any is left.

    Examples:
        harvester expire --local --dry-run                    # which runs, files and bytes
        harvester expire --lake s3://my-lake                  # all but titles' only records
        harvester expire --local --older-than 150d --force    # those, too
    """
    try:
        days = values.days(older_than)
    except ValueError as error:
        raise SettingError(f"--older-than {error}, not {older_than[:80]!r}") from None
    where = settings.lake_of({"lake": lake}, local=local)
    done, keeps_versions = asyncio.run(_expire(where, days, force=force, dry=dry_run))
    if as_json:
        write_json({"older_than_days": days, "dry_run": dry_run, **_plain(done)})
    else:
        show(*_lines(done))
    _say_what_is_left(done, where, dry=dry_run, keeps_versions=keeps_versions)
    if dry_run:
        ensure_written()
    if not done.is_complete:
        raise typer.Exit(Exit.SOME_FAILED)


async def _expire(lake: str, days: int, *, force: bool, dry: bool) -> tuple["Expiry", bool]:
    from harvester.run.expire import expire  # noqa: PLC0415 - not for --help
    from harvester.stores import open_store  # noqa: PLC0415

    async with open_store(lake) as store:
        done = await expire(store, timedelta(days=days), force=force, dry=dry)
        return done, bool(done.deleted or done.exports) and await store.keeps_versions()


def _plain(done: "Expiry") -> dict[str, Any]:
    found = asdict(done)
    names = ("deleted", "left", "lost", "unfinished", "damaged", "exports", "export_bytes")
    return {name: found[name] for name in names}


def _lines(done: "Expiry") -> list[str]:
    """Return a line for each run, and one for the files of ids."""
    from harvester.cli.console.tables import size_of  # noqa: PLC0415 - rich

    lines = [
        f"{one.run}: {counted(one.files, 'file')}, {size_of(one.bytes)}" for one in done.deleted
    ]
    if done.exports:
        size = size_of(done.export_bytes)
        lines.append(f"daily files of ids: {counted(done.exports, 'file')}, {size}")
    return lines


def _say_what_is_left(done: "Expiry", lake: str, *, dry: bool, keeps_versions: bool) -> None:
    from harvester.cli.console.tables import size_of  # noqa: PLC0415 - rich

    for one in done.lost:
        verb = "would go" if dry else "are gone"
        say(f"harvester: the only records of {_titles(one)} {verb} with run {one.run}")
    for one in done.left:
        say(
            f"harvester: run {one.run} is left, it holds the only records of {_titles(one)}: "
            "harvest them again first, or delete it with --force"
        )
    for run in done.unfinished:
        say(
            f"harvester: run {run} is left, it is unfinished: finish it by the command that began "
            "it, or delete its files by hand"
        )
    for damage in done.damaged:
        say(f"harvester: {damage.damaged}; run {damage.run} is left")
    if not (done.deleted or done.exports):
        say("nothing to delete")
        return
    files = sum(one.files for one in done.deleted) + done.exports
    size = size_of(sum(one.bytes for one in done.deleted) + done.export_bytes)
    verb = "would delete" if dry else "deleted"
    say(f"{verb} {counted(files, 'file')} of {counted(len(done.deleted), 'run')}, {size}")
    if keeps_versions:
        say(
            f"harvester: {lake} keeps old versions: there the files live on until a lifecycle "
            "rule removes them, with our template.yaml for 30 days more"
        )


def _titles(one: "OnlyRecords") -> str:

    more = ", …" if one.titles > len(one.examples) else ""
    return f"{counted(one.titles, 'title')} ({', '.join(one.examples)}{more})"
