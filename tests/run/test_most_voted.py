"""The best known titles come first, and all of them once."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.title_ids import pack
from harvester.lake.title_table import TitleTable
from harvester.run.most_voted import most_voted_first
from harvester.run.plan import Group, counted_by_why, lay_out

TITLES = st.dictionaries(
    st.integers(1, 1_000), st.tuples(st.booleans(), st.none() | st.integers(0, 5))
)


@given(TITLES, TITLES)
def test_the_order_is_that_of_a_stable_sort(
    first: dict[int, tuple[bool, int | None]], second: dict[int, tuple[bool, int | None]]
) -> None:
    """Over both kinds and all groups; ties as they were; reasons keep their order and counts."""
    second = {number: one for number, one in second.items() if number not in first}
    votes = TitleTable()
    groups: list[Group] = []
    wanted: list[tuple[str, str, str]] = []
    for why, titles in (("new", first), ("aged", second)):
        for kind in ("movie", "series"):
            numbers = [n for n, (is_series, _) in titles.items() if is_series == (kind == "series")]
            if numbers:
                groups.append(Group(kind, array("Q", numbers), why))
        for number, (_, count) in titles.items():
            if count is not None:
                votes.raise_to(number, count)
    for why in ("new", "aged"):
        named = [
            (f"tt{number:07d}", group.kind, why)
            for group in groups
            if group.why == why
            for number in group.numbers
        ]
        wanted += sorted(named, key=lambda one: -(votes.get(pack(one[0])) or 0))
    ordered = most_voted_first(groups, votes)
    laid = lay_out(ordered, None)
    rows = [title for unit in range(-(-len(laid) // 100)) for title in laid.unit(unit)]
    assert [(row.id, row.kind, row.why) for row in rows] == wanted
    assert counted_by_why(ordered, None) == counted_by_why(groups, None)
    assert lay_out(most_voted_first(ordered, votes), None).data == laid.data


def test_ids_of_tmdbs_keep_the_kind_that_they_name() -> None:
    """They have no votes, and come last."""
    votes = TitleTable()
    votes.raise_to(2, 7)
    groups = [Group("movie", [pack("tv:5"), 1]), Group("series", [2])]
    titles = lay_out(most_voted_first(groups, votes), None).unit(0)
    assert [(one.id, one.kind) for one in titles] == [
        ("tt0000002", "series"),
        ("tv:5", "series"),
        ("tt0000001", "movie"),
    ]
