"""A plan and its manifests, from which a Report is built."""

from datetime import date

from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.model import Asked, InputFacts, Outcome, Reject

ASKED = Asked(("find", "details"), None, ("drama",), None, "array", "simulator")
FACTS = InputFacts("m.csv", "movie", 12, "a" * 64, 3, 2, 1, (Reject(4, "x", "no id"),))


def plan_of(titles: int, inputs: tuple[InputFacts, ...] = (FACTS,)) -> Plan:
    """Return a plan of this many titles."""
    return Plan(
        run="20261124-1a2b3c4d",
        digest="1a2b3c4d",
        date=date(2026, 11, 24),
        created_at="2026-11-24T07:00:00Z",
        inputs=inputs,
        asked=ASKED,
        synthetic=False,
        titles=titles,
        titles_sha256="b" * 64,
    )


def manifest(unit: int, outcomes: dict[str, Outcome], files: int = 1) -> Manifest:
    """Return a manifest with this many files of 10 records and 1000 bytes."""
    return Manifest(
        run="20261124-1a2b3c4d",
        unit=unit,
        outcomes=outcomes,
        files=tuple(FileReceipt(f"k-{unit}-{i}", 10, 1000, "c" * 64) for i in range(files)),
        requests={"sent": 7, "retried": 2, "throttled": 1},
        timeline=[],
        latency={},
        started_at="2026-11-24T07:00:00Z",
        finished_at="2026-11-24T07:00:03Z",
    )
