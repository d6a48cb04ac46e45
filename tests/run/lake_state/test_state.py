"""What is known of a title: newest outcome, freshness, failures in a row, and what is gone."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.documents.outcomes import OutcomeRow
from harvester.lake.title_ids import pack
from harvester.model import OutcomeName
from harvester.run.lake_state.state import LakeState, TitleState

DAY = 86_400
T = 1_795_500_000
ASKED = ("find", "details", "credits")
ID = "tt0000001"

HARVESTED: tuple[OutcomeName, str | None] = ("harvested", None)
FAILED: tuple[OutcomeName, str | None] = ("failed", "details: http_500")
GONE: tuple[OutcomeName, str | None] = ("failed", "gone")
NOT_FOUND: tuple[OutcomeName, str | None] = ("unmatched", "not_found")
EPISODE: tuple[OutcomeName, str | None] = ("unmatched", "only_tv_episode")


def row(
    what: tuple[OutcomeName, str | None], at: int, title: str = ID, tmdb_id: int | None = 7
) -> OutcomeRow:
    """Return an outcome at a time; a harvested one is a movie."""
    is_harvested = what == HARVESTED
    return OutcomeRow(
        pack(title),
        pack(title) if title.startswith("tt") else 0,
        "movie" if is_harvested else None,
        tmdb_id if is_harvested else None,
        *what,
        at,
    )


def state_of(
    *rows: OutcomeRow, endpoints: tuple[str, ...] = ("details",), expired: int = 0
) -> TitleState:
    """Return what is known after these runs; the first `expired` of them are."""
    state = LakeState(endpoints)
    for number, one in enumerate(rows):
        state.add(one, ASKED, expired=number < expired)
    found = state.get(ID)
    assert found is not None
    return found


def test_a_title_that_no_run_had_is_unknown() -> None:
    """None, and it is not among the ids; others come in order, each once."""
    state = LakeState(("details",))
    for title in ("tv:5", "movie:9", "tt0000009", "movie:9", "tt0000002"):
        state.add(row(FAILED, T, title), ASKED)
    assert state.get(ID) is None
    assert list(state) == ["tt0000002", "tt0000009", "movie:9", "tv:5"]
    assert len(state) == 4


def test_the_newest_outcome_stands_with_the_id_known_last() -> None:
    """A failure takes nothing away: id and harvest are those of before."""
    assert state_of(row(HARVESTED, T), row(FAILED, T + 5)) == TitleState(
        media_type="movie",
        origin_id=7,
        imdb_id=ID,
        outcome="failed",
        reason="details: http_500",
        fetched_at=T + 5,
        harvested_at=T,
        was_harvested=True,
        failures=1,
        missing_since=None,
        missing_until=None,
    )


def test_an_id_moves_and_goes() -> None:
    """The id found last is the title's; what is unmatched has none."""
    moved = [row(HARVESTED, T), row(HARVESTED, T + 5, tmdb_id=8)]
    assert state_of(*moved).origin_id == 8
    assert state_of(*reversed(moved)).origin_id == 8
    assert state_of(*moved, row(NOT_FOUND, T + 9)).origin_id is None
    assert state_of(*moved, row(NOT_FOUND, T + 9)).media_type is None


def test_the_endpoint_harvested_longest_ago_counts() -> None:
    """Each endpoint by its newest harvest; one that never was makes the title due whole."""
    state = LakeState(("details", "keywords"))
    state.add(row(HARVESTED, T), ("details",))
    known = state.get(ID)
    assert known is not None
    assert (known.harvested_at, known.was_harvested) == (None, True)
    state.add(row(HARVESTED, T + 1), ("keywords", "find"))
    state.add(row(HARVESTED, T + 2), ("details",))
    state.add(row(FAILED, T + 3), ("keywords",))
    known = state.get(ID)
    assert known is not None
    assert known.harvested_at == T + 1


def test_without_endpoints_any_harvest_counts() -> None:
    """Who asks for `find` alone has a harvest of whatever was asked."""
    assert state_of(row(HARVESTED, T), endpoints=()).harvested_at == T


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([HARVESTED], 0),
        ([FAILED], 1),
        ([FAILED, GONE, FAILED], 3),
        ([FAILED, HARVESTED, FAILED], 1),
        ([FAILED, FAILED, NOT_FOUND], 0),
        ([FAILED, FAILED, HARVESTED], 0),
    ],
)
def test_failures_in_a_row_are_counted(
    outcomes: list[tuple[OutcomeName, str | None]], expected: int
) -> None:
    """From the newest back to the last one that is none."""
    rows = [row(one, T + at) for at, one in enumerate(outcomes)]
    assert state_of(*rows).failures == expected


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([(HARVESTED, 0), (GONE, 1), (GONE, 2)], True),
        ([(HARVESTED, 0), (GONE, 1), (NOT_FOUND, 2)], True),
        ([(HARVESTED, 0), (NOT_FOUND, 1), (FAILED, 2), (NOT_FOUND, 3)], True),
        ([(HARVESTED, 0), (GONE, 1)], False),
        ([(HARVESTED, 0), (GONE, 1), (GONE, 1.9)], False),
        ([(HARVESTED, 0), (GONE, 1), (FAILED, 5)], False),
        ([(HARVESTED, 0), (GONE, 1), (HARVESTED, 2), (GONE, 3)], False),
        ([(HARVESTED, 0), (NOT_FOUND, 1), (EPISODE, 2), (NOT_FOUND, 3)], False),
        ([(NOT_FOUND, 0), (NOT_FOUND, 5)], False),
        ([(NOT_FOUND, 0), (HARVESTED, 1), (NOT_FOUND, 5)], False),
    ],
)
def test_gone_takes_two_signals_a_day_apart_after_a_harvest(
    outcomes: list[tuple[tuple[OutcomeName, str | None], float]], *, expected: bool
) -> None:
    """One signal is none, a failure says nothing; what is there again or never was is not gone."""
    rows = [row(what, T + int(days * DAY)) for what, days in outcomes]
    assert state_of(*rows).is_gone is expected


def test_an_expired_run_leaves_its_ids_alone() -> None:
    """The title counts as never fetched; what a later run found counts as ever."""
    known = state_of(row(HARVESTED, T), expired=1)
    assert (known.origin_id, known.media_type) == (7, "movie")
    assert known == replace(
        known, outcome=None, fetched_at=None, harvested_at=None, was_harvested=False, failures=0
    )
    later = state_of(row(HARVESTED, T), row(FAILED, T + 5), expired=1)
    assert (later.origin_id, later.failures, later.was_harvested) == (7, 1, False)


OUTCOMES = st.sampled_from([HARVESTED, FAILED, GONE, NOT_FOUND, EPISODE])


def _streak(rows: list[OutcomeRow], fits: Callable[[OutcomeRow], bool]) -> list[OutcomeRow]:
    """Return the newest rows, the newest first, up to the first one that does not fit."""
    found = []
    for one in reversed(rows):
        if not fits(one):
            break
        found.append(one)
    return found


@given(st.lists(OUTCOMES, min_size=1, max_size=8))
def test_runs_in_order_are_as_the_words_say(
    outcomes: list[tuple[OutcomeName, str | None]],
) -> None:
    """Each field is what a plain look at the whole list gives."""
    rows = [row(one, T + 10 * at) for at, one in enumerate(outcomes)]
    known = state_of(*rows)
    harvests = [one.fetched_at for one in rows if one.outcome == "harvested"]
    assert (known.outcome, known.reason, known.fetched_at) == rows[-1][4:]
    assert known.harvested_at == max(harvests, default=None)
    assert known.was_harvested == bool(harvests)
    assert known.failures == len(_streak(rows, lambda one: one.outcome == "failed"))
    missing = [
        one.fetched_at
        for one in _streak(rows, lambda one: one.outcome == "failed" or one.reason == "not_found")
        if one.reason in {"gone", "not_found"} and harvests and one.fetched_at > harvests[0]
    ]
    assert known.missing_since == min(missing, default=None)
    assert known.missing_until == max(missing, default=None)


@given(st.lists(OUTCOMES, min_size=1, max_size=6), st.randoms())
def test_runs_in_any_order_agree_on_what_is_fresh(
    outcomes: list[tuple[OutcomeName, str | None]], chance: Random
) -> None:
    """A run resumed after a later one changes neither the newest outcome, nor id and harvest.

    It may make a title due sooner, never later: failures are not counted twice.
    """
    rows = [row(one, T + 10 * at, tmdb_id=at + 1) for at, one in enumerate(outcomes)]
    expected = state_of(*rows)
    mixed = list(rows)
    chance.shuffle(mixed)
    known = state_of(*mixed)
    assert known.failures <= expected.failures
    assert (known.failures > 0) == (expected.failures > 0)
    same = replace(
        expected,
        failures=known.failures,
        missing_since=known.missing_since,
        missing_until=known.missing_until,
    )
    assert known == same
    assert known.is_gone <= expected.is_gone
