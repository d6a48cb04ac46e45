"""Any order of runs, crashes, deadlines, changed inputs, two at once and retries stays correct.

The model is a dict: each finished run, and the titles that it must hold.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from csvs import movies
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from invariants import judge
from scripted_tmdb import Reply, ScriptedTmdb, scripted_tmdb

from harvester import stores
from harvester.errors import RunHeld, UserError
from harvester.lake.documents import plan
from harvester.run import harvest as orchestration
from harvester.run import prepare as preparation
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.settings import load_settings

UNIT = 3
ENDPOINTS = ("find,details", "details,credits,keywords")
GONE = {2, 9}


class _CrashError(BaseException):
    """Stands for SIGKILL: nothing in the harvester catches it."""


class _CrashingStore:
    """Passes operations on until the crash is due."""

    def __init__(self, inner: stores.Store, left: list[int]) -> None:
        self._inner = inner
        self._left = left

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._inner, name)
        if name not in {"put", "create", "delete", "get"}:
            return operation

        async def call(*arguments: Any, **named: Any) -> Any:
            self._left[0] -= 1
            if self._left[0] < 0:
                raise _CrashError
            return await operation(*arguments, **named)

        return call


_HOST, _OPEN_STORE = vars(preparation)["host"], vars(orchestration)["open_store"]


@contextmanager
def _crashing(at: int | None) -> Iterator[None]:
    """Let the store of the next harvest crash."""
    if at is None:
        yield
        return
    real = stores.open_store
    left = [at]

    @asynccontextmanager
    async def crashing(lake: str) -> AsyncIterator[Any]:
        async with real(lake) as store:
            yield _CrashingStore(store, left)

    # A crash may leave a coroutine behind, whose blocks end when it is collected, in a later
    # harvest: what is put back is never what another block had put there.
    vars(orchestration)["open_store"] = crashing
    try:
        yield
    finally:
        vars(orchestration)["open_store"] = _OPEN_STORE


class Harvests(RuleBasedStateMachine):
    """A lake, a TMDB, and commands run in any order."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._root = Path(self._folder.name)
        self._titles = 10
        self._endpoints = ENDPOINTS[0]
        self._gone = set(GONE)
        self._finished: dict[str, list[str]] = {}
        self._unit, plan.UNIT_SIZE = plan.UNIT_SIZE, UNIT
        # Ports differ, and the run id must not change.
        vars(preparation)["host"] = lambda _: "tmdb.test"

    def teardown(self) -> None:
        """Put back the unit's size and the host, and remove the lake."""
        plan.UNIT_SIZE = self._unit
        vars(preparation)["host"] = _HOST
        self._folder.cleanup()

    @initialize()
    def begin(self) -> None:
        """Write the first CSV."""
        self._ids = movies(self._root / "m.csv", range(1, self._titles + 1))

    @rule(titles=st.integers(1, 14))
    def change_the_csv(self, titles: int) -> None:
        """Another CSV under the same name: another run."""
        self._titles = titles
        self._ids = movies(self._root / "m.csv", range(1, titles + 1))

    @rule(endpoints=st.sampled_from(ENDPOINTS))
    def change_the_endpoints(self, endpoints: str) -> None:
        """Other endpoints: another run."""
        self._endpoints = endpoints

    @rule()
    def titles_come_back(self) -> None:
        """Let TMDB find what was gone."""
        self._gone = set()

    @rule()
    def titles_go(self) -> None:
        """Let TMDB lose some titles."""
        self._gone = set(GONE)

    @rule()
    def run(self) -> None:
        """Run to the end."""
        report = asyncio.run(self._harvest())
        assert report["done"] is True
        assert report["titles"]["total"] == self._titles
        self._finished[report["run"]] = list(self._ids)

    @rule(at=st.integers(0, 30))
    def crash(self, at: int) -> None:
        """Die at a store operation, or finish if there are fewer."""
        try:
            report = asyncio.run(self._harvest(crash_at=at))
        except _CrashError:
            return
        self._finished[report["run"]] = list(self._ids)

    @rule(after=st.integers(1, 25))
    def deadline(self, after: int) -> None:
        """Stop after some requests."""
        report = asyncio.run(self._harvest(stop_after=after))
        assert report["finish_reason"] in {"finished", "nothing_to_do", "deadline"}
        if report["done"]:
            self._finished[report["run"]] = list(self._ids)

    @rule()
    def two_at_once(self) -> None:
        """Two harvests at once: one runs, the other finds the run held, or already finished."""

        async def both() -> tuple[dict[str, Any] | BaseException, ...]:
            return await asyncio.gather(self._harvest(), self._harvest(), return_exceptions=True)

        ends = asyncio.run(both())
        reports = [end for end in ends if isinstance(end, dict)]
        assert reports
        assert all(isinstance(end, dict | RunHeld) for end in ends), ends
        self._finished[reports[0]["run"]] = list(self._ids)

    @rule()
    def retry(self) -> None:
        """Retry what failed in the newest run, if it is finished."""
        try:
            report = asyncio.run(self._harvest(retry=True))
        except UserError as error:
            assert "unfinished" in str(error) or "no run" in str(error)  # noqa: PT017 - may pass
            return
        assert report["done"] is True
        if not self._gone:
            assert report["titles"]["failed"] == 0

    @invariant()
    def finished_runs_are_whole(self) -> None:
        """Every run that ever finished still satisfies every invariant."""
        for run, ids in self._finished.items():
            judge(self._root / "lake", run, ids, unit_size=UNIT)

    async def _harvest(
        self, *, crash_at: int | None = None, stop_after: int | None = None, retry: bool = False
    ) -> dict[str, Any]:
        flags: dict[str, Any] = {
            "lake": str(self._root / "lake"),
            "rate": "100000",
            "date": "2026-11-24",
        }
        if not retry:
            flags |= {"inputs": [str(self._root / "m.csv")], "endpoints": self._endpoints}
        async with scripted_tmdb() as tmdb:
            self._serve(tmdb)
            environ = {"TMDB_BASE_URL": tmdb.base_url, "TMDB_TOKEN": "x"}
            loaded = load_settings(flags, environ=environ, retry_of="" if retry else None)
            stop = Stop()
            if stop_after is not None:

                def count(_path: str) -> None:
                    if tmdb.asked.total() >= stop_after:
                        stop.request("deadline")

                tmdb.on_request = count
            with _crashing(crash_at):
                report = await harvest(loaded, stop=stop)
        written: dict[str, Any] = json.loads(report.to_json())
        return written

    def _serve(self, tmdb: ScriptedTmdb) -> None:
        for number in range(1, 15):
            tmdb.find(f"tt{number:07d}", "movie", number)
        for number in self._gone:
            tmdb.replies[f"movie/{number}"] = Reply(b'{"status_code":34}', 404)


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


class TestHarvests(Harvests.TestCase):  # type: ignore[misc,valid-type] # made at run time
    """A few histories."""

    settings = _settings(25)


@pytest.mark.slow
class TestHarvestsAtLength(Harvests.TestCase):  # type: ignore[misc,valid-type] # as above
    """Many."""

    settings = _settings(80)
