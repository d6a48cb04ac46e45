"""A title's outcomes over all runs: by either id, from outcomes or manifests, in few requests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import stamp
from memory_store import MemoryStore, keep_run

from harvester.lake.documents.plan import UNIT_SIZE, Plan
from harvester.lake.title_ids import pack, unpack
from harvester.model import Asked, Outcome
from harvester.run.plan import Group, lay_out
from harvester.run.show import outcomes as module
from harvester.run.show.outcomes import TitleOutcome, find_outcomes

START = 1_795_500_000
DAY = 86_400
ASKED = Asked(("find", "details"), None, (), None, "array", "api.test")
MOVIE = Outcome("harvested", "movie", 278)
NAMED = replace(MOVIE, imdb_id="tt0111161")
LOST = Outcome("unmatched", reason="not_found")


@dataclass(frozen=True, slots=True)
class Run:
    """A run to be made: outcomes by id, and whether it is finished."""

    outcomes: dict[str, Outcome]
    finished: bool = True


async def made(runs: Sequence[Run]) -> tuple[MemoryStore, list[Plan]]:
    """Return a lake of these runs, a day each, and their plans, the newest first."""
    store, plans = MemoryStore(), []
    for number, run in enumerate(runs):
        laid = lay_out([Group("movie", [pack(one)]) for one in run.outcomes], None)
        at = stamp(START + number * DAY)
        plan = Plan(
            f"r-{number}", "d", date(2026, 11, 24), at, (), ASKED, False, len(laid), laid.sha256
        )
        await keep_run(store, plan, laid, run.outcomes, started_at=at, finished=run.finished)
        plans.append(plan)
    store.asked.clear()
    return store, plans[::-1]


async def found(store: MemoryStore, plans: Sequence[Plan], title_id: str) -> list[TitleOutcome]:
    """Return a title's outcomes; no run may be damaged."""
    outcomes, damaged = await find_outcomes(store, plans, pack(title_id))  # type: ignore[arg-type]
    assert damaged == []
    return outcomes


def said(outcomes: Sequence[TitleOutcome]) -> list[tuple[str, str, str]]:
    """Return each outcome's run, id and name."""
    return [(one.plan.run, unpack(one.row.number), one.row.outcome) for one in outcomes]


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("title_id", ["tt0111161", "movie:278"])
async def test_one_title_by_either_id(title_id: str, *, finished: bool) -> None:
    """By TMDB's id and by IMDb's: the same outcomes, also those that do not name the other id."""
    runs = [
        Run({"tt0000001": LOST, "tt0111161": MOVIE}),
        Run({"tt0111161": LOST, "tt0000001": LOST}),
        Run({"movie:278": NAMED, "tv:278": replace(MOVIE, media_type="tv")}),
        Run({"movie:278": Outcome("failed", reason="details: http_500")}),
        Run({"movie:27": replace(MOVIE, tmdb_id=27)}),
    ]
    store, plans = await made([replace(run, finished=finished) for run in runs])
    assert said(await found(store, plans, title_id)) == [
        ("r-3", "movie:278", "failed"),
        ("r-2", "movie:278", "harvested"),
        ("r-1", "tt0111161", "unmatched"),
        ("r-0", "tt0111161", "harvested"),
    ]


IDS = ("tt0000001", "tt0000002", "movie:1", "movie:2", "tv:1")
OUTCOMES = st.one_of(
    st.builds(
        Outcome,
        st.just("harvested"),
        st.sampled_from(["movie", "tv"]),
        st.integers(1, 3),
        fetched_at=st.none() | st.integers(0, 9).map(lambda day: stamp(START + day * DAY)),
        imdb_id=st.sampled_from([None, "tt0000001"]),
    ),
    st.builds(Outcome, st.just("failed"), reason=st.sampled_from(["gone", "tt0000001,"])),
)
RUNS = st.lists(
    st.builds(Run, st.dictionaries(st.sampled_from(IDS), OUTCOMES, min_size=1)), max_size=4
)


@settings(max_examples=60)
@given(RUNS, st.sampled_from(IDS), st.booleans())
async def test_the_same_with_and_without_room(runs: list[Run], title_id: str, roomy: bool) -> None:
    """Whether bytes are kept for the second id or read again, an id's own outcomes are found."""
    with pytest.MonkeyPatch.context() as patch:
        if not roomy:
            patch.setattr(module, "_ROOM", 60)
        store, plans = await made(runs)
        outcomes = await found(store, plans, title_id)
    own = {f"r-{number}" for number, run in enumerate(runs) if title_id in run.outcomes}
    assert own <= {one.plan.run for one in outcomes}
    moments = [one.row.fetched_at for one in outcomes]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("title_id", ["tt0111161", "movie:278", "tt0000404"])
async def test_a_run_takes_one_request(title_id: str) -> None:
    """Its outcomes, once, also where the title's second id is searched for."""
    store, plans = await made([Run({"tt0111161": MOVIE, "movie:279": NAMED})] * 30)
    await found(store, plans, title_id)
    assert store.asked == {"stream": 30}


async def test_an_unfinished_run_tells_the_unit_by_its_plan() -> None:
    """Of 300 titles one manifest is read; a title that is not done yet has no outcome."""
    run = Run({f"tt{number:07d}": MOVIE for number in range(1, 301)}, finished=False)
    store, plans = await made([run])
    (one,) = await found(store, plans, f"tt{UNIT_SIZE + 5:07d}")
    assert one.unit == 1
    assert store.asked["get"] == 1 + 1 + 1  # titles, manifest, and titles for the second id
    del store.objects[plans[0].folder.manifest(1)]
    assert await found(store, plans, f"tt{UNIT_SIZE + 5:07d}") == []


@pytest.mark.parametrize("name", ["outcomes.csv", "plan-titles.jsonl", "units/000000.json"])
async def test_a_damaged_run_hides_no_other(name: str) -> None:
    """It is named, and the others' outcomes are there."""
    runs = [Run({"tt0111161": MOVIE}, finished=name == "outcomes.csv"), Run({"tt0111161": MOVIE})]
    store, plans = await made(runs)
    store.objects[f"{plans[1].folder.prefix}{name}"] = b"{}"
    outcomes, damaged = await find_outcomes(store, plans, 111161)  # type: ignore[arg-type]
    assert said(outcomes) == [("r-1", "tt0111161", "harvested")]
    assert [one.run for one in damaged] == ["r-0"]
    assert name in damaged[0].damaged
