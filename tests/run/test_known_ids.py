"""What a lake knows of the ids that a run wants: of which runs, and which of their outcomes."""

from datetime import date

import pytest
from made_run import stamp
from memory_store import MemoryStore, keep_run

from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import pack
from harvester.model import Asked, Outcome
from harvester.run.known_ids import read_known_ids
from harvester.run.plan import Group, lay_out

START = 1_795_500_000
ONE, TWO = "tt0000001", "tt0000002"
WANTED = [pack(ONE), pack(TWO)]
FOUND = Outcome("harvested", "movie", 7)


def asked(**changes: str) -> Asked:
    """Return what a run asks."""
    fields = {"language": None, "host": "api.test"} | changes
    return Asked(("details",), fields["language"], (), None, "array", fields["host"] or "")


async def keep(
    store: MemoryStore, day: int, outcomes: dict[str, Outcome], what: Asked | None = None
) -> Plan:
    """Keep a finished run of a day."""
    laid = lay_out([Group("movie", [pack(one)]) for one in outcomes], None)
    at = stamp(START + 86_400 * day)
    plan = Plan(
        f"r-{day}", "d", date(2026, 11, 24), at, (), what or asked(), False, len(laid), laid.sha256
    )
    await keep_run(store, plan, laid, outcomes, started_at=at)
    return plan


async def known(store: MemoryStore, before: Plan | None = None) -> list[tuple[str, int] | None]:
    """Return what is known of both titles."""
    found = await read_known_ids(store, asked(), WANTED, before)  # type: ignore[arg-type]
    return [found.get(ONE), found.get(TWO)]


async def test_the_run_planned_last_counts() -> None:
    """Of a title in several runs; what failed says nothing, what was unmatched has no id."""
    store = MemoryStore()
    await keep(store, 0, {ONE: FOUND, TWO: FOUND})
    await keep(store, 1, {ONE: Outcome("harvested", "tv", 8), TWO: Outcome("failed", reason="x")})
    assert await known(store) == [("tv", 8), ("movie", 7)]
    await keep(store, 2, {TWO: Outcome("unmatched", reason="not_found")})
    assert await known(store) == [("tv", 8), None]


async def test_only_runs_planned_before_this_one_count() -> None:
    """So a run that goes on has what it began with, and learns nothing from itself."""
    store = MemoryStore()
    await keep(store, 0, {ONE: FOUND})
    this = await keep(store, 1, {TWO: FOUND})
    await keep(store, 2, {ONE: Outcome("harvested", "tv", 8)})
    assert await known(store, this) == [("movie", 7), None]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (asked(), ("movie", 7)),
        (asked(language="de-DE"), ("movie", 7)),
        (asked(host="simulator"), None),
    ],
)
async def test_any_language_and_only_this_host(
    what: Asked, expected: tuple[str, int] | None
) -> None:
    """An id is the same in all languages; that of the simulator is made up."""
    store = MemoryStore()
    await keep(store, 0, {ONE: FOUND}, what)
    assert (await known(store))[0] == expected


async def test_an_id_that_names_the_title_is_not_the_titles() -> None:
    """Two entries of TMDB may name one IMDb id: which of them it has, only `find` tells."""
    store = MemoryStore()
    await keep(store, 0, {"movie:9": Outcome("harvested", "movie", 9, imdb_id=ONE)})
    assert await known(store) == [None, None]


async def test_nothing_is_read_for_titles_that_need_no_find() -> None:
    """Titles that are asked for by TMDB's id have theirs."""
    store = MemoryStore()
    await keep(store, 0, {ONE: FOUND})
    store.asked.clear()
    found = await read_known_ids(store, asked(), [], None)  # type: ignore[arg-type]
    assert (len(found), store.asked.total()) == (0, 0)
