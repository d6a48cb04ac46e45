"""Where the report's marks are drawn: nothing is lost between manifests and marks."""

from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.documents.manifest import FileReceipt
from harvester.pages.report import charts
from harvester.pages.report.history import Sizes
from harvester.upstream.tally import LATENCY_BOUNDS_MS

STEPS = st.dictionaries(
    st.integers(0, 5000).map(lambda n: 1_795_500_000 + 10 * n),
    st.tuples(st.integers(0, 600), st.integers(0, 9)),
    min_size=1,
    max_size=400,
)


@given(STEPS)
def test_every_request_and_every_429_is_in_a_bar(steps: dict[int, tuple[int, int]]) -> None:
    """The bars add up to what was sent and refused, are in order, and stay within the chart."""
    chart = charts.timeline(steps)
    assert chart is not None
    assert sum(bar.throttled for bar in chart.bars) == sum(step[1] for step in steps.values())
    assert chart.sittings == len(chart.pauses) + 1
    assert chart.seconds == 10 * len(steps)
    for left, right in zip(chart.bars, chart.bars[1:], strict=False):
        assert right.x >= left.x + left.width - 1e-6
    assert chart.bars[0].x == 0
    assert chart.bars[-1].x + chart.bars[-1].width == pytest.approx(100)
    assert all(0 <= bar.height <= 100 for bar in chart.bars)
    assert 0 < chart.limit < 100
    if len(chart.bars) == len(steps):  # a bar a step
        sent = sum(bar.rate * 10 for bar in chart.bars)
        assert sent == pytest.approx(sum(step[0] for step in steps.values()))


def test_a_long_run_has_no_more_bars_than_a_screen_shows() -> None:
    """A day of work is 240 bars of six minutes, each the mean of all its steps."""
    steps = {1_795_500_000 + 10 * n: (400 + n % 36, int(n % 36 == 35)) for n in range(8640)}
    chart = charts.timeline(steps)
    assert chart is not None
    assert len(chart.bars) == 240
    assert {round(bar.rate, 6) for bar in chart.bars} == {41.75}
    assert [bar.throttled for bar in chart.bars] == [1] * 240
    assert chart.peak == pytest.approx(41.75)


def test_a_pause_is_shown_with_its_length() -> None:
    """Two sessions an hour apart are two groups of bars and one pause."""
    chart = charts.timeline({0: (10, 0), 10: (10, 0), 3600: (10, 1)})
    assert chart is not None
    assert [pause.seconds for pause in chart.pauses] == [3590]
    assert (chart.sittings, len(chart.bars)) == (2, 3)
    assert charts.timeline({}) is None


@given(st.lists(st.integers(1, 12_000), min_size=1, max_size=200), st.sampled_from([50, 90, 99]))
def test_a_percentile_is_in_the_bucket_of_the_true_one(times: list[int], share: int) -> None:
    """The value read from buckets lies in the bucket where the exact percentile lies."""
    buckets = [0] * (len(LATENCY_BOUNDS_MS) + 1)
    for ms in times:
        buckets[bisect_left(LATENCY_BOUNDS_MS, ms)] += 1
    exact = sorted(times)[max(-(-len(times) * share // 100) - 1, 0)]
    found = charts.percentile(buckets, share)
    if found is None:
        assert exact > LATENCY_BOUNDS_MS[-1]
    else:
        assert bisect_left(LATENCY_BOUNDS_MS, found) == bisect_left(LATENCY_BOUNDS_MS, exact)


def test_latency_stands_on_a_logarithmic_axis() -> None:
    """10 ms at the left, 10 s at the right, each decade a third; slower ones at the edge."""
    places = [charts.latency_place(ms) for ms in (0, 10, 100, 1000, 10_000, 60_000)]
    assert places == pytest.approx([0, 0, 100 / 3, 200 / 3, 100, 100])
    row = charts.latencies({"find": [0] * 10 + [1]})[0]
    assert row.percentiles == (None, None, None)
    assert row.places == (100.0, 100.0, 100.0)


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(3, 9_999_999)), min_size=1, max_size=50))
def test_every_file_is_in_a_cell_of_both_strips(files: list[tuple[int, int]]) -> None:
    """No file is lost, however small or full, and no cell leaves the strip."""
    sizes = Sizes()
    for records, size in files:
        sizes.add(FileReceipt("k", records, size, "c"))
    for strip in charts.strips(sizes):
        assert sum(cell.files for cell in strip) == len(files)
        assert all(cell.x >= 0 and cell.x + cell.width <= 100.001 for cell in strip)
        assert max(cell.shade for cell in strip) == 1
    assert sizes.most_records == max(records for records, _ in files)
    assert sizes.most_bytes == max(size for _, size in files)
