"""What a shell may complete: names of endpoints, and the runs of a local lake."""

import os
from pathlib import Path

import typer

from harvester.lake import keys
from harvester.origins.tmdb.endpoints import NAMES
from harvester.settings import BY_NAME, LOCAL_LAKE


def complete_endpoints(incomplete: str) -> list[str]:
    """Return what a list of endpoints that is being typed may become, one name further."""
    before, comma, _ = incomplete.rpartition(",")
    taken = before.split(",")
    return [f"{before}{comma}{name}" for name in NAMES if name not in taken]


def complete_runs(ctx: typer.Context) -> list[str]:
    """Return the runs of the lake that the command line names, when it is a folder.

    A bucket is not asked: who presses Tab waits for nothing.
    """
    named = LOCAL_LAKE if ctx.params.get("local") else ctx.params.get("lake")
    root = named or os.environ.get(BY_NAME["lake"].variable) or ""
    if not root or "://" in root:
        return []
    try:
        return sorted(
            (one.name for one in (Path(root) / keys.harvest_root("TMDB")).iterdir()), reverse=True
        )
    except OSError:
        return []
