"""Numbers of titles: the same answers as a dict gives, in 16 bytes a title."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.title_table import BLOCK, TitleTable


@given(
    st.lists(st.tuples(st.integers(0, 2**64 - 1) | st.integers(0, 9), st.integers(0, 2**64 - 1)))
)
def test_the_highest_value_of_each_number_stands(added: list[tuple[int, int]]) -> None:
    """Whatever is added in whatever order, `get` returns what a dict of maxima holds."""
    table, expected = TitleTable(), dict[int, int]()
    for number, value in added:
        table.raise_to(number, value)
        expected[number] = max(value, expected.get(number, 0))
    assert {number: table.get(number) for number in expected} == expected
    assert table.get(2**63 + 1) == expected.get(2**63 + 1)


def test_many_blocks_take_16_bytes_a_title() -> None:
    """Titles in descending, ascending and mixed order are found; hardly any memory is wasted."""
    count = 20 * BLOCK
    numbers = [*range(count, 0, -3), *range(1, count, 3), *range(2, count, 3)]
    table = TitleTable()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in numbers:
            table.raise_to(number, 2 * number)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    distinct = set(numbers)
    assert all(table.get(number) == 2 * number for number in distinct)
    assert table.get(count + 1) is None
    assert table.get(0) is None
    assert (peak - before) / len(distinct) < 18


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9)))
def test_the_first_number_of_each_title_stands(titles: list[int]) -> None:
    """`setdefault` gives what a dict's does, and titles come in order, each once."""
    table, expected = TitleTable(), dict[int, int]()
    for value, title in enumerate(titles):
        assert table.setdefault(title, value) == expected.setdefault(title, value)
    assert list(table) == sorted(expected)
