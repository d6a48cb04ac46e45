"""What a shell may complete: values that are few, names of an origin, runs of a local lake."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import typer

from harvester.lake import keys
from harvester.lake.conditions import FIELDS
from harvester.origins.table import ORIGINS
from harvester.settings import BY_NAME, LOCAL_LAKE


def one_of(*values: str) -> Callable[[], list[str]]:
    """Return what completes an option that takes one of these values."""

    def complete() -> list[str]:
        return list(values)

    return complete


def complete_origins() -> list[str]:
    """Return the names of the origins, as `--origin` takes them."""
    return [name.casefold() for name in ORIGINS]


def complete_endpoints(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return what a list of endpoints that is being typed may become, one name further.

    They are those of the origin that the command line names; of all, where it names none.
    """
    before, comma, _ = incomplete.rpartition(",")
    taken = before.split(",")
    named = str(ctx.params.get("origin") or "").casefold()
    origins = [origin for name, origin in ORIGINS.items() if name.casefold() == named]
    known = dict.fromkeys(name for one in origins or ORIGINS.values() for name in one.endpoints)
    return [f"{before}{comma}{name}" for name in known if name not in taken]


def complete_fields() -> list[str]:
    """Return how a condition on rows may begin."""
    return [f"{field}=" for field in FIELDS]


def complete_runs(ctx: typer.Context) -> list[str]:
    """Return the runs of the lake that the command line names, when it is a folder.

    A bucket is not asked: who presses Tab waits for nothing.
    """
    named = LOCAL_LAKE if ctx.params.get("local") else ctx.params.get("lake")
    root = named or os.environ.get(BY_NAME["lake"].variable) or ""
    if not root or "://" in root:
        return []
    found: list[str] = []
    for origin in ORIGINS:
        with suppress(OSError):
            found += (one.name for one in (Path(root) / keys.harvest_root(origin)).iterdir())
    return sorted(filter(keys.RUN_ID.fullmatch, found), reverse=True)
