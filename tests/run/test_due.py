"""Which titles are due, why, and in which order they are planned."""

from array import array
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.documents.outcomes import OutcomeRow
from harvester.lake.title_ids import media_type_of, pack, unpack
from harvester.model import MediaType, OutcomeName
from harvester.origins.origin import ChangedDay
from harvester.run.due import due_groups
from harvester.run.lake_state.state import LakeState
from harvester.run.plan import Group, counted_by_why, lay_out

DAY = 86_400
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
T = int(NOW.timestamp())
MAX_AGE = 150 * DAY
ASKED = ("find", "details", "credits")

Said = tuple[OutcomeName, str | None]
HARVESTED: Said = ("harvested", None)
FAILED: Said = ("failed", "details: http_500")
GONE: Said = ("failed", "gone")
NOT_FOUND: Said = ("unmatched", "not_found")
EPISODE: Said = ("unmatched", "only_tv_episode")


class Changes:
    """Lists of changes; `since` has the moment from which each media type's were asked."""

    def __init__(self, *days: tuple[MediaType, datetime, Sequence[int]]) -> None:
        self.since: dict[MediaType, datetime] = {}
        self._days = days

    async def __call__(self, media_type: MediaType, since: datetime) -> AsyncIterator[ChangedDay]:
        """Yield the days that settled since a moment."""
        self.since[media_type] = since
        for of, settled_at, ids in self._days:
            if of == media_type and settled_at > since:
                yield ChangedDay(date(2026, 1, 1), settled_at, array("Q", sorted(ids)))


def state_of(
    outcomes: dict[str, list[tuple[Said, float]]],
    endpoints: Sequence[str] = ASKED,
    asked: Sequence[str] = ASKED,
) -> LakeState:
    """Return the state after these outcomes, so many days ago; a harvest of tt…N finds id N."""
    state = LakeState([name for name in asked if name != "find"])
    for title, each in outcomes.items():
        for (outcome, reason), days in each:
            number = pack(title)
            found = outcome == "harvested"
            tmdb_id = int(title.removeprefix("tt").rpartition(":")[2]) if found else None
            media_type: MediaType = media_type_of(number) or "movie"
            row = OutcomeRow(
                number,
                number if title.startswith("tt") else 0,
                media_type if found else None,
                tmdb_id,
                outcome,
                reason,
                T - round(days * DAY),
            )
            state.add(row, endpoints)
    return state


async def due(
    titles: Iterable[str], state: LakeState, changes: Changes | None = None, age: int = MAX_AGE
) -> list[tuple[str, str]]:
    """Return the due titles of a list of movies in order, each with its reason."""
    listed = Group("movie", array("Q", map(pack, titles)))
    groups = await due_groups([listed], state, changes or Changes(), max_age=age, now=NOW)
    return [(unpack(one), str(group.why)) for group in groups for one in group.numbers]


@pytest.mark.parametrize(
    ("outcomes", "why"),
    [
        ([], "new"),
        ([(HARVESTED, 149)], None),
        ([(HARVESTED, 150)], "aged"),
        ([(HARVESTED, 200), (HARVESTED, 3)], None),
        ([(FAILED, 0.4)], None),
        ([(FAILED, 0.9)], "failed"),
        ([(FAILED, 2.9), (FAILED, 1.9)], "failed"),
        ([(FAILED, 2.9), (FAILED, 1.2)], None),
        ([(FAILED, 9), (FAILED, 8), (FAILED, 6), (FAILED, 3.4)], None),
        ([(FAILED, 12), (FAILED, 11), (FAILED, 9), (FAILED, 8)], "failed"),
        ([(FAILED, 90 - n) for n in range(60)] + [(FAILED, 29)], None),
        ([(FAILED, 91 - n) for n in range(60)] + [(FAILED, 30)], "failed"),
        ([(FAILED, 3), (HARVESTED, 2)], None),
        ([(HARVESTED, 100), (FAILED, 0.4)], None),
        ([(HARVESTED, 100), (FAILED, 1)], "failed"),
        ([(NOT_FOUND, 29.9)], None),
        ([(NOT_FOUND, 30)], "unmatched"),
        ([(EPISODE, 30)], "unmatched"),
        ([(GONE, 1)], "failed"),
        ([(HARVESTED, 20), (GONE, 0.9)], None),
        ([(HARVESTED, 20), (GONE, 1)], "gone"),
        ([(HARVESTED, 20), (NOT_FOUND, 1)], "not_found"),
        ([(HARVESTED, 20), (GONE, 3), (FAILED, 1.4)], None),
        ([(HARVESTED, 20), (GONE, 3), (FAILED, 1.5)], "failed"),
        ([(HARVESTED, 60), (GONE, 31), (GONE, 29.9)], None),
        ([(HARVESTED, 60), (GONE, 31), (GONE, 30)], "unmatched"),
    ],
)
async def test_a_title_is_due_by_what_became_of_it(
    outcomes: list[tuple[Said, float]], why: str | None
) -> None:
    """Failures wait 1, 2, 4 … 30 days, half a day less; what is missing is asked after one."""
    found = await due(["tt0000007"], state_of({"tt0000007": outcomes} if outcomes else {}))
    assert found == ([("tt0000007", why)] if why else [])


async def test_one_endpoint_more_makes_a_title_due() -> None:
    """`find` is no endpoint of that kind: its answer is not kept fresh."""
    one = {"tt0000007": [(HARVESTED, 1.0)]}
    assert await due(one, state_of(one, endpoints=("details", "credits"))) == []
    fewer = state_of(one, endpoints=("find", "details"))
    assert await due(one, fewer) == [("tt0000007", "new")]


@pytest.mark.parametrize(("hours", "is_due"), [(-1, False), (0, False), (1, True)])
async def test_a_change_counts_until_its_day_has_settled(hours: int, is_due: bool) -> None:
    """What was fetched in the second in which a day settled, or later, has its changes."""
    fetched = NOW - timedelta(days=2)
    changes = Changes(("movie", fetched + timedelta(hours=hours), [5, 7, 9]))
    found = await due(["tt0000007"], state_of({"tt0000007": [(HARVESTED, 2)]}), changes)
    assert found == ([("tt0000007", "changed")] if is_due else [])


async def test_changes_are_of_a_media_type_and_of_all_titles_with_the_id() -> None:
    """Two titles asked for may be one at TMDB; a series of the same number is another."""
    ids = ["tt0000007", "movie:7", "tv:7", "movie:8"]
    state = state_of({one: [(HARVESTED, 2.0)] for one in ids})
    changes = Changes(("movie", NOW, [1, 7, 99]), ("tv", NOW, [8]))
    assert await due(ids, state, changes) == [("tt0000007", "changed"), ("movie:7", "changed")]


async def test_changes_are_asked_since_the_oldest_harvest_that_is_not_too_old() -> None:
    """Each media type by itself; where all titles are due anyway none is asked."""
    state = state_of(
        {
            "movie:1": [(HARVESTED, 151.0)],
            "movie:2": [(HARVESTED, 149.0)],
            "movie:3": [(HARVESTED, 3.0)],
            "tv:4": [(HARVESTED, 170.0)],
            "tv:5": [(FAILED, 5.0)],
        }
    )
    changes = Changes(("movie", NOW, [1]))
    assert await due(["movie:1", "movie:2", "movie:3", "tv:4", "tv:5"], state, changes) == [
        ("movie:1", "changed"),
        ("tv:5", "failed"),
        ("tv:4", "aged"),
    ]
    assert changes.since == {"movie": NOW - timedelta(days=149)}


async def test_titles_are_planned_by_reason_then_in_their_order() -> None:
    """New ones first; the plan says each title's reason, and counts them up to its limit."""
    state = state_of(
        {
            "tt0000001": [(HARVESTED, 200.0)],
            "tt0000002": [(FAILED, 40.0)],
            "tt0000004": [(HARVESTED, 5.0)],
            "tt0000005": [(NOT_FOUND, 40.0)],
            "tt0000006": [(HARVESTED, 9.0), (GONE, 2.0)],
        }
    )
    titles = ["tt0000009", "tt0000008", *(f"tt000000{n}" for n in range(1, 7)), "tt0000000"]
    halves = [
        Group("movie", array("Q", map(pack, titles[:4]))),
        Group("series", array("Q", map(pack, titles[4:]))),
    ]
    changes = Changes(("movie", NOW, [4]))
    groups = await due_groups(halves, state, changes, max_age=MAX_AGE, now=NOW)
    laid = lay_out(groups, 7)
    assert laid.data.decode().splitlines() == [
        '{"id":"tt0000009","kind":"movie","why":"new"}',
        '{"id":"tt0000008","kind":"movie","why":"new"}',
        '{"id":"tt0000003","kind":"series","why":"new"}',
        '{"id":"tt0000000","kind":"series","why":"new"}',
        '{"id":"tt0000004","kind":"series","why":"changed"}',
        '{"id":"tt0000002","kind":"movie","why":"failed"}',
        '{"id":"tt0000001","kind":"movie","why":"aged"}',
    ]
    assert [title.why for title in laid.unit(0)][:2] == ["new", "new"]
    assert counted_by_why(groups, 7) == {"new": 4, "changed": 1, "failed": 1, "aged": 1}
    assert list(counted_by_why(groups, None)) == [
        *("new", "changed", "failed", "aged", "unmatched", "gone"),
    ]


@given(
    st.lists(st.integers(1, 40), unique=True),
    st.dictionaries(st.integers(1, 40), st.integers(0, 300)),
    st.lists(st.tuples(st.integers(0, 200), st.lists(st.integers(1, 40))), max_size=5),
)
async def test_it_is_what_the_rule_says(
    listed: list[int], ages: dict[int, int], days: list[tuple[int, list[int]]]
) -> None:
    """Of harvested titles: every one once, by the plainest reading of lists and ages."""
    state = state_of({f"movie:{one}": [(HARVESTED, age)] for one, age in ages.items()})
    lists = [("movie", NOW - timedelta(days=ago), ids) for ago, ids in days]
    changes = Changes(*[("movie", at, ids) for _, at, ids in lists])
    found = dict(await due([f"movie:{one}" for one in listed], state, changes))
    for one in listed:
        age = ages.get(one)
        reasons = set()
        if age is None:
            reasons = {"new"}
        elif age >= 150:
            # Lists are read since the oldest title that is not too old.
            reasons = {"aged", "changed"}
        elif any(ago < age and one in ids for ago, ids in days):
            reasons = {"changed"}
        assert (found.get(f"movie:{one}") in reasons) if reasons else f"movie:{one}" not in found
