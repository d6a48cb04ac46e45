"""A title's lines are found in the bytes of an `outcomes.csv`, and damage is named."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import DocumentError
from harvester.lake.documents.outcomes import HEADER, OutcomesReader, outcome_line
from harvester.lake.documents.plan import UNIT_SIZE, Plan
from harvester.lake.outcome_search import OutcomeHit, OutcomeSearch, is_of
from harvester.lake.title_ids import pack
from harvester.model import Asked, Outcome

AT = "2026-11-24T07:00:05Z"
ASKED = Asked(("find",), None, (), None, "array", "api.test")
PLAN = Plan("r", "d", date(2026, 11, 24), AT, (), ASKED, False, 1, "0" * 64)
IDS = ("tt0000011", "tt0000111", "tt1111111", "movie:11", "movie:111", "tv:11", "tv:1111")


def file_of(outcomes: list[tuple[str, Outcome]]) -> bytes:
    """Return a file with these lines."""
    lines = [",".join(HEADER) + "\n", *(outcome_line(*one, AT) for one in outcomes)]
    return "".join(lines).encode()


def searched(data: bytes, titles: int, title_id: str, step: int) -> list[OutcomeHit]:
    """Return what is found when the bytes come so many at a time."""
    search = OutcomeSearch(replace(PLAN, titles=titles), {pack(title_id)})
    for at in range(0, len(data), step):
        search.feed(data[at : at + step])
    search.close()
    return search.hits


OUTCOMES = st.one_of(
    st.builds(
        Outcome,
        st.just("harvested"),
        st.sampled_from(["movie", "tv"]),
        st.sampled_from([1, 11, 111]),
        imdb_id=st.sampled_from([None, "tt0000011", "tt0000111"]),
    ),
    st.builds(
        Outcome,
        st.sampled_from(["failed", "unmatched"]),
        reason=st.sampled_from(["gone", 'x,tt0000011,y"', ",movie,11,", "tv:11,"]),
    ),
)


@given(
    st.lists(st.tuples(st.sampled_from(IDS), OUTCOMES), max_size=12),
    st.sampled_from(IDS),
    st.integers(1, 400),
)
def test_what_is_found_is_what_a_reader_of_all_lines_finds(
    outcomes: list[tuple[str, Outcome]], title_id: str, step: int
) -> None:
    """Ids within ids, in reasons and in other columns: the same lines, wherever pieces end."""
    data = file_of(outcomes)
    rows = list(OutcomesReader(replace(PLAN, titles=len(outcomes))).feed(data))
    expected = [OutcomeHit(0, row) for row in rows if is_of(row, "TMDB", {pack(title_id)})]
    assert searched(data, len(outcomes), title_id, step) == expected


@pytest.mark.parametrize("place", [0, 1, UNIT_SIZE - 1, UNIT_SIZE, 5 * UNIT_SIZE + 7])
def test_a_line_tells_its_unit(place: int) -> None:
    """By its place in the plan's order, which the file keeps."""
    titles = 6 * UNIT_SIZE
    outcomes = [(f"tt{number + 1:07d}", Outcome("failed", reason="x")) for number in range(titles)]
    (hit,) = searched(file_of(outcomes), titles, f"tt{place + 1:07d}", 1_000)
    assert hit.unit == place // UNIT_SIZE


WHOLE = file_of([("tt0000001", Outcome("failed", reason="x"))] * 3)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it has 0 titles and its plan 3"),
        (b"x\n" * 4, "line 1 is not id,"),
        (WHOLE[:-1], "line 4 is cut short"),
        (WHOLE[: WHOLE[:-1].rindex(b"\n") + 1], "it has 2 titles and its plan 3"),
        (WHOLE + b"x\n", "it has 4 titles and its plan 3"),
        (WHOLE + b"x" * 3_000, "line 5 is too long"),
        (WHOLE.replace(b"failed", b"f\xff"), "line 2 is no line of outcomes"),
    ],
)
def test_damage_is_named(data: bytes, words: str) -> None:
    """What is cut, too long or no line: the file, what is wrong with it, and what to do."""
    with pytest.raises(DocumentError) as caught:
        searched(data, 3, "tt0000001", 5_000)
    assert str(caught.value).startswith(f"{PLAN.folder.outcomes} is damaged, ")
    assert words in str(caught.value)
    assert "delete it" in str(caught.value)
