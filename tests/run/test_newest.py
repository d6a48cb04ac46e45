"""Which record is the newest: the same answers as a dict gives, in 16 bytes a title."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.documents.manifest import Manifest
from harvester.model import Outcome
from harvester.run.newest import _BLOCK, Latest, NewestRecords

EARLY, LATE = "2026-11-24T07:00:00Z", "2026-11-24T07:00:01Z"


def manifest(fetched_at: str | None, started_at: str = EARLY) -> Manifest:
    """Return a manifest of one title."""
    outcomes = {"tt0000001": Outcome("harvested", "movie", 1, fetched_at=fetched_at)}
    return Manifest("r", 0, outcomes, (), {}, [], {}, started_at, started_at)


@given(
    st.lists(st.tuples(st.integers(0, 2**64 - 1) | st.integers(0, 9), st.integers(0, 2**64 - 1)))
)
def test_the_highest_order_of_each_number_stands(added: list[tuple[int, int]]) -> None:
    """Whatever is added in whatever order, `get` returns what a dict of maxima holds."""
    latest, expected = Latest(), dict[int, int]()
    for number, order in added:
        latest.add(number, order)
        expected[number] = max(order, expected.get(number, 0))
    assert {number: latest.get(number) for number in expected} == expected
    assert latest.get(2**63 + 1) == expected.get(2**63 + 1)


def test_many_blocks_take_16_bytes_a_number() -> None:
    """Numbers in descending, ascending and mixed order are found; hardly any memory is wasted."""
    count = 20 * _BLOCK
    numbers = [*range(count, 0, -3), *range(1, count, 3), *range(2, count, 3)]
    latest = Latest()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in numbers:
            latest.add(number, 2 * number)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    distinct = set(numbers)
    assert all(latest.get(number) == 2 * number for number in distinct)
    assert latest.get(count + 1) is None
    assert latest.get(0) is None
    assert (peak - before) / len(distinct) < 18


def test_the_later_answer_is_newer_whichever_run_was_planned_first() -> None:
    """A run that was resumed after another one was planned has the newer record."""
    newest = NewestRecords([("TMDB", None), ("TMDB", None)])
    early, late = manifest(EARLY), manifest(LATE)
    newest.add(0, late, "tt0000001")
    newest.add(1, early, "tt0000001")
    assert newest.has(0, late, "tt0000001")
    assert not newest.has(1, early, "tt0000001")


def test_of_one_second_the_run_planned_later_is_newer() -> None:
    """Times have whole seconds, so two runs may have the same; only one of them has it."""
    newest = NewestRecords([("TMDB", None), ("TMDB", None)])
    for plan in (1, 0):
        newest.add(plan, manifest(EARLY), "tt0000001")
    assert [newest.has(plan, manifest(EARLY), "tt0000001") for plan in (0, 1)] == [False, True]


def test_without_a_time_of_its_own_a_title_has_its_units() -> None:
    """Manifests of 0.1.0 say only when their unit was started."""
    newest = NewestRecords([("TMDB", None), ("TMDB", None)])
    old = manifest(None, LATE)
    newest.add(0, old, "tt0000001")
    newest.add(1, manifest(EARLY), "tt0000001")
    assert newest.has(0, old, "tt0000001")


def test_another_scope_replaces_nothing() -> None:
    """Of two languages, or of two origins, each has its newest record."""
    scopes = [("TMDB", None), ("TMDB", "pt-BR"), ("OMDb", None)]
    newest = NewestRecords(scopes)
    for plan in range(3):
        newest.add(plan, manifest(EARLY), "tt0000001")
    assert all(newest.has(plan, manifest(EARLY), "tt0000001") for plan in range(3))
