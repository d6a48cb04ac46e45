"""A store of a few objects in memory, which counts what it is asked."""

import builtins
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harvester.errors import LakeError, RunHeld
from harvester.lake.documents.manifest import Manifest
from harvester.lake.documents.plan import UNIT_SIZE, Plan, Titles
from harvester.model import Outcome
from harvester.run import journal
from harvester.stores import Entry
from harvester.stores.store import too_large


class MemoryStore:
    """As much of `Store` as whoever reads a lake's documents uses."""

    uri = "memory"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.asked: Counter[str] = Counter()

    async def put(self, key: str, data: bytes) -> None:
        """Write an object."""
        self.objects[key] = data

    async def create(self, key: str, data: bytes) -> bool:
        """Write an object only if its key is free."""
        return self.objects.setdefault(key, data) is data

    async def get(self, key: str, *, most: int | None = None) -> bytes | None:
        """Return an object."""
        self.asked["get"] += 1
        data = self.objects.get(key)
        if data is not None and most is not None and len(data) > most:
            raise too_large(key, most)
        return data

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Yield an object in small pieces."""
        self.asked["stream"] += 1
        if key not in self.objects:
            raise LakeError(f"memory holds no {key}.")
        data = self.objects[key]
        for at in range(0, len(data), 50):
            yield data[at : at + 50]

    async def list(self, prefix: str) -> AsyncIterator[Entry]:
        """Yield what begins with a prefix."""
        self.asked["list"] += 1
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield Entry(key, len(self.objects[key]))

    async def delete(self, key: str) -> None:
        """Remove an object."""
        self.objects.pop(key, None)

    @asynccontextmanager
    async def hold(self, key: str, work: str, _lost: object) -> AsyncIterator[None]:
        """Hold a lease, which nobody but a test of it takes."""
        if key in self.objects:
            raise RunHeld(f"another process is working on {work}")
        yield

    async def folders(self, prefix: str) -> builtins.list[str]:
        """Return the names directly below a prefix."""
        self.asked["folders"] += 1
        below = (key.removeprefix(prefix) for key in self.objects if key.startswith(prefix))
        return sorted({name.partition("/")[0] for name in below})


async def keep_run(
    store: MemoryStore,
    plan: Plan,
    titles: Titles,
    outcomes: dict[str, Outcome],
    *,
    started_at: str,
    finished: bool = True,
) -> None:
    """Keep a run's plan and manifests of its titles, and its outcomes where it is finished."""
    await journal.save_plan(store, plan, titles)  # type: ignore[arg-type]
    ids = list(outcomes)
    for unit in range(plan.units):
        some = {one: outcomes[one] for one in ids[unit * UNIT_SIZE :][:UNIT_SIZE]}
        manifest = Manifest(plan.run, unit, some, (), {}, [], {}, started_at, started_at)
        await journal.commit(store, plan, manifest)  # type: ignore[arg-type]
    if finished:
        await journal.save_outcomes(store, plan)  # type: ignore[arg-type]
