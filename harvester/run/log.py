"""A run's events as structured log lines: one flat JSON object each, with the run and the unit."""

from typing import Any

import orjson

from harvester.clock import now
from harvester.run.state import Event, Snapshot
from harvester.run.visible import visible_json


def entry(event: str, *, level: str = "INFO", **fields: Any) -> dict[str, Any]:
    """Return what one line says: `timestamp`, `level`, `event`, then the fields.

    The first two are named as Lambda's own JSON logs name them:
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
    """
    return {"timestamp": now(), "level": level, "event": event, **fields}


def event_entry(event: Event, snapshot: Snapshot) -> dict[str, Any]:
    """Return what a line says of an event: the run, and of a committed unit its result."""
    plan, manifest = snapshot.plan, snapshot.latest
    run = None if plan is None else plan.run
    if event != "committed" or manifest is None:
        titles = 0 if plan is None else plan.titles
        more: dict[str, Any] = {}
        if plan is not None and event == "planned":
            more = {"host": plan.asked.host, **({"why": plan.why} if plan.why else {})}
        return entry(event, run=run, titles=titles, done=snapshot.committed, **more)
    outcomes = [outcome.outcome for outcome in manifest.outcomes.values()]
    return entry(
        event,
        run=run,
        unit=manifest.unit,
        titles=len(outcomes),
        failed=outcomes.count("failed"),
        requests=manifest.requests["sent"],
        throttled=manifest.requests["throttled"],
    )


def line(content: dict[str, Any]) -> str:
    """Return an entry as it is written: JSON on one line, without a newline at its end."""
    return visible_json(orjson.dumps(content).decode())
