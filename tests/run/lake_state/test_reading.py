"""The state of a lake: the same from outcomes and manifests, of one scope, never a wrong one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import stamp
from memory_store import MemoryStore, keep_run

from harvester.errors import DocumentError
from harvester.lake.documents.plan import Plan
from harvester.lake.keys import RunFolder
from harvester.lake.title_ids import pack
from harvester.model import Asked, Outcome
from harvester.run.lake_state.reading import Scope, read_lake_state
from harvester.run.lake_state.state import LakeState, TitleState
from harvester.run.plan import Group, lay_out

START = 1_795_500_000
DAY = 86_400
SCOPE = Scope("TMDB", "api.test", "de-DE")
NAMES = ("details", "credits")
IDS = ("tt0000001", "tt0000002", "movie:278", "tv:1399")
HARVESTED = Outcome("harvested", "movie", 7)


@dataclass(frozen=True, slots=True)
class Run:
    """A run to be made: outcomes by id, the day it is planned, and what differs."""

    outcomes: dict[str, Outcome]
    day: int = 0
    endpoints: tuple[str, ...] = ("find", *NAMES)
    scope: Scope = SCOPE
    finished: bool = True
    expired: bool = False


async def made(runs: Sequence[Run]) -> MemoryStore:
    """Return a lake of these runs; outcomes without a time have the start of their unit."""
    store = MemoryStore()
    for number, run in enumerate(runs):
        laid = lay_out([Group("movie", [pack(one)]) for one in run.outcomes], None)
        asked = Asked(
            run.endpoints, run.scope.language, (), None, "array", run.scope.host, run.scope.origin
        )
        at = stamp(START + run.day * DAY + number)
        plan = Plan(
            f"r-{number}", "d", date(2026, 11, 24), at, (), asked, False, len(laid), laid.sha256
        )
        await keep_run(store, plan, laid, run.outcomes, started_at=at, finished=run.finished)
        if run.expired:
            await store.put(plan.folder.expired, b"{}")
    return store


async def read(
    store: MemoryStore, endpoints: Sequence[str] = NAMES, *, days: float = 1_000
) -> dict[str, TitleState | None]:
    """Return all that is known in the scope, so many days after the first run."""
    now = START + days * DAY
    state = await read_lake_state(store, SCOPE, endpoints, now=now)  # type: ignore[arg-type]
    assert isinstance(state, LakeState)
    return {one: state.get(one) for one in state}


def outcomes_key(number: int) -> str:
    """Return the key of a run's outcomes."""
    return RunFolder("TMDB", f"r-{number}").outcomes


OUTCOMES = st.one_of(
    st.builds(
        Outcome,
        st.just("harvested"),
        st.sampled_from(["movie", "tv"]),
        st.integers(1, 5),
        fetched_at=st.none() | st.integers(0, 9).map(lambda day: stamp(START + day * DAY)),
        imdb_id=st.sampled_from([None, "tt0000009"]),
    ),
    st.builds(
        Outcome,
        st.sampled_from(["failed", "unmatched"]),
        reason=st.sampled_from(["gone", "not_found", 'a, "b"']),
        fetched_at=st.none() | st.integers(0, 9).map(lambda day: stamp(START + day * DAY)),
    ),
)
RUNS = st.lists(
    st.builds(
        Run,
        st.dictionaries(st.sampled_from(IDS), OUTCOMES, min_size=1),
        st.integers(0, 9),
        st.sampled_from([("find", *NAMES), ("details",), ("find",)]),
        st.sampled_from([SCOPE, SCOPE, replace(SCOPE, language=None)]),
        finished=st.booleans(),
        expired=st.booleans(),
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(runs=RUNS, small=st.booleans())
async def test_outcomes_and_manifests_say_the_same(runs: list[Run], *, small: bool) -> None:
    """Whichever of a run's documents there are, and however large it is, the state is one."""
    with pytest.MonkeyPatch.context() as patch:
        if not small:
            patch.setattr("harvester.run.past_outcomes._SMALL", 0)
        mixed = await read(await made(runs))
        whole = await made([replace(run, finished=True) for run in runs])
        bare = await made([replace(run, finished=False) for run in runs])
        assert not any(key.endswith(".csv") for key in bare.objects)
        assert mixed == await read(whole) == await read(bare)
    titles = {one for run in runs if run.scope == SCOPE for one in run.outcomes}
    assert mixed.keys() == titles


async def test_only_the_scope_counts() -> None:
    """Another language, host or origin says nothing of this one."""
    others = [
        replace(SCOPE, language=None),
        replace(SCOPE, host="simulator"),
        replace(SCOPE, host="api.test:8080"),
    ]
    runs = [Run({"tt0000001": HARVESTED}, scope=one) for one in others]
    assert await read(await made(runs)) == {}


async def test_runs_count_in_the_order_in_which_they_were_planned() -> None:
    """Not in that of their names: the run planned last has the newest outcome of one second."""
    at = stamp(START + 50 * DAY)
    runs = [
        Run({"tt0000001": Outcome("failed", reason="x", fetched_at=at)}, day=5),
        Run({"tt0000001": replace(HARVESTED, fetched_at=at)}, day=3),
    ]
    found = (await read(await made(runs)))["tt0000001"]
    assert found is not None
    assert (found.outcome, found.failures, found.harvested_at) == ("failed", 1, START + 50 * DAY)


async def test_a_title_is_known_by_the_endpoints_that_were_asked() -> None:
    """`find` is no part of freshness; an endpoint that no run asked for makes a title due."""
    store = await made([Run({"tt0000001": HARVESTED}, endpoints=("find", "details"))])
    for endpoints, fresh in ((("find", "details"), True), (("details", "images"), False)):
        found = (await read(store, endpoints))["tt0000001"]
        assert found is not None
        assert (found.harvested_at is not None, found.was_harvested) == (fresh, True)


async def test_an_expired_run_leaves_its_ids() -> None:
    """Its titles count as never fetched, and are still known by TMDB's ids."""
    found = (await read(await made([Run({"tt0000001": HARVESTED}, expired=True)])))["tt0000001"]
    assert found is not None
    assert (found.origin_id, found.outcome, found.was_harvested) == (7, None, False)


async def test_three_requests_a_run() -> None:
    """Plan, outcomes, and whether it is expired; one listing of runs, and nothing else."""
    store = await made([Run(dict.fromkeys(IDS, HARVESTED), day=day) for day in range(30)])
    store.asked.clear()
    assert len(await read(store)) == len(IDS)
    assert store.asked["folders"] == 1
    assert store.asked.total() == 1 + 3 * 30


async def test_three_requests_a_run_that_is_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is not held, and takes no request more."""
    monkeypatch.setattr("harvester.run.past_outcomes._SMALL", 0)
    store = await made([Run(dict.fromkeys(IDS, HARVESTED), day=day) for day in range(3)])
    store.asked.clear()
    assert len(await read(store)) == len(IDS)
    assert (store.asked["stream"], store.asked.total()) == (3, 1 + 3 * 3)


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("cut", [0, 1, 30, 100, None])
async def test_a_damaged_file_is_named_with_what_to_do(
    cut: int | None, monkeypatch: pytest.MonkeyPatch, *, small: bool
) -> None:
    """Empty, cut short anywhere, or far too long; without it the state is read as before."""
    if not small:
        monkeypatch.setattr("harvester.run.past_outcomes._SMALL", 0)
    store = await made([Run(dict.fromkeys(IDS, HARVESTED))] * 2)
    expected = await read(store)
    data = store.objects[outcomes_key(1)]
    store.objects[outcomes_key(1)] = b"x" * 20_000 if cut is None else data[:cut]
    with pytest.raises(DocumentError) as caught:
        await read(store)
    assert str(caught.value).startswith(f"{outcomes_key(1)} is damaged")
    assert "delete it, and the run's manifests are read instead" in str(caught.value)
    del store.objects[outcomes_key(1)]
    assert await read(store) == expected


async def test_a_damaged_plan_or_manifest_is_named() -> None:
    """A run that can't be read may be of the scope, so nothing is known without it."""
    for name in ("plan.json", "units/000000.json"):
        store = await made([Run({"tt0000001": HARVESTED}, finished=False)] * 2)
        key = f"{RunFolder('TMDB', 'r-1').prefix}{name}"
        store.objects[key] = store.objects[key][:-9]
        with pytest.raises(DocumentError, match=f"{key} is damaged: (move|delete)"):
            await read(store)


@pytest.mark.parametrize("finished", [True, False])
async def test_a_time_in_the_future_is_damage(*, finished: bool) -> None:
    """More than a day, by which clocks may differ: it would never be due again."""
    ahead = replace(HARVESTED, fetched_at=stamp(START + 10 * DAY))
    store = await made([Run({"tt0000001": ahead}, finished=finished)])
    assert len(await read(store, days=9)) == 1
    with pytest.raises(DocumentError) as caught:
        await read(store, days=8.99)
    key = outcomes_key(0) if finished else RunFolder("TMDB", "r-0").manifest(0)
    assert str(caught.value).startswith(f"{key} is damaged, tt0000001 was fetched at 2026-12-04T")
    assert "if this machine's clock is right, move the run's folder" in str(caught.value)
