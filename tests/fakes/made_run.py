"""Writes a run's documents into a lake without any request: plan, titles and manifests."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import UNIT_SIZE, Plan
from harvester.model import Asked, InputFacts, Kind, Outcome
from harvester.run import journal
from harvester.run.plan import Group, lay_out
from harvester.run.retries import merge
from harvester.run.status import merged_report
from harvester.stores import open_store
from harvester.upstream.tally import LATENCY_BOUNDS_MS

RUN = "20261124-1a2b3c4d"
START = 1_795_500_000


def stamp(second: int) -> str:
    """Return a time, in seconds since the epoch, as the run's documents write it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def make_run(
    lake: Path | str,
    titles: int,
    outcome: Callable[[int], Outcome],
    *,
    units: int | None = None,
    name: str = "movies.csv",
    run: str = RUN,
) -> Plan:
    """Write a run: `outcome` maps a title's number to its outcome; the first `units` are done."""
    kinds: tuple[Kind, ...] = ("series", "movie", "movie")
    laid = lay_out([Group(kinds[n % 3], [n]) for n in range(1, titles + 1)], None)
    plan = Plan(
        run=run,
        digest=run.partition("-")[2],
        date=date(2026, 11, 24),
        created_at=stamp(START),
        inputs=(InputFacts(name, "movie", 12, "a" * 64, titles, titles, 0, ()),),
        asked=Asked(
            ("find", "details", "credits", "keywords"), None, (), None, "array", "api.test"
        ),
        synthetic=False,
        titles=titles,
        titles_sha256=laid.sha256,
    )
    async with open_store(str(lake)) as store:
        await journal.save_plan(store, plan, laid)
        for unit in range(plan.units if units is None else units):
            first = unit * UNIT_SIZE + 1
            some = range(first, min(first + UNIT_SIZE, titles + 1))
            await journal.commit(store, plan, _manifest(run, unit, some, outcome))
        if units is None:
            report = merged_report(store, plan, await merge(store, plan), finished=True)
            await journal.save_summary(store, plan, report)
    return plan


def _manifest(run: str, unit: int, numbers: range, outcome: Callable[[int], Outcome]) -> Manifest:
    """Return a unit's manifest: each unit takes ten seconds, one after the other."""
    start = START + 10 * unit
    return Manifest(
        run=run,
        unit=unit,
        outcomes={f"tt{n:07d}": outcome(n) for n in numbers},
        files=tuple(
            FileReceipt(
                f"Raw/TMDB/JSON/{structure}/2026/11/24/{run}-{unit:06d}-0-1a2b3c4d.json",
                len(numbers),
                size * len(numbers),
                "1a2b3c4d" + "c" * 56,
            )
            for structure, size in (("Find", 900), ("Movies/credits", 40_000))
        ),
        requests={"sent": 4 * len(numbers), "retried": 1, "throttled": int(unit % 5 == 0)},
        timeline=[(start, 4 * len(numbers), int(unit % 5 == 0))],
        latency={
            "bounds_ms": list(LATENCY_BOUNDS_MS),
            "find": [0, 0, 0, 60, 40, 0, 0, 0, 0, 0, 0],
            "credits": [0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 10],
        },
        started_at=stamp(start),
        finished_at=stamp(start + 10),
    )
