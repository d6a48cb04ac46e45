"""The report's numbers → where its marks stand, in percent of a chart's width and height."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from harvester.pages.report.history import BYTE_BINS, BYTE_DECADES, RECORD_BINS, Sizes
from harvester.upstream.tally import LATENCY_BOUNDS_MS, STEP_SECONDS

BARS = 240
"""About as many bars as a wide screen can tell apart."""

_PAUSE_STEPS = 6
_LABEL = 15
_ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
SHARES = (50, 90, 99)
_MS_DECADES = (1, 4)
"""The axis of latency runs from 10 ms to 10 s; the buckets' outer bounds are these too."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time: where it stands, when it begins, requests a second and 429s."""

    x: float
    width: float
    height: float
    second: int
    rate: float
    throttled: int

    @property
    def at(self) -> str:
        """The beginning, as an axis shows it."""
        return _clock(self.second)

    @property
    def time(self) -> str:
        """The beginning to the second."""
        return f"{datetime.fromtimestamp(self.second, UTC):%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on an axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch without any request."""

    x: float
    seconds: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Requests over time; a pause of a minute or more is drawn as a narrow gap.

    `top` is the axis's upper end in requests a second, `limit` where the origin's limit stands in
    percent from below.
    """

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    pauses: tuple[Pause, ...]
    top: float
    limit: float
    seconds: int
    sittings: int
    peak: float


@dataclass(frozen=True, slots=True)
class Latency:
    """An endpoint's percentiles in milliseconds (None: over 10 s), and where they stand."""

    endpoint: str
    answers: int
    percentiles: tuple[float | None, ...]
    places: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A bin of a strip and how dark it is, from 0 to 1."""

    x: float
    width: float
    shade: float
    files: int


def timeline(steps: Mapping[int, Sequence[int]], limit: float = 40) -> Timeline | None:
    """Return the chart of requests over time, or None without any.

    `limit` is in requests a second.
    """
    if not steps:
        return None
    runs = _sittings(sorted(steps))
    wide = max(1, math.ceil(sum(_steps(*run) for run in runs) / BARS))
    counts = [math.ceil(_steps(*run) / wide) for run in runs]
    gap = max(2.0, sum(counts) / 50)
    unit = 100 / (sum(counts) + gap * (len(runs) - 1))
    bars: list[Bar] = []
    marks: list[Mark] = []
    pauses: list[Pause] = []
    x = 0.0
    for place, (run, count) in enumerate(zip(runs, counts, strict=True)):
        if place:
            pauses.append(Pause(x + gap * unit / 2, run[0] - runs[place - 1][1]))
            x += gap * unit
        if not marks or x - marks[-1].x > _LABEL:
            marks.append(Mark(x, _clock(run[0])))
        bars += _bars(steps, run, wide, x, unit)
        x += count * unit
    peak = max(bar.rate for bar in bars)
    top = _round_up(max(peak, limit * 1.15))
    return Timeline(
        bars=tuple(replace(bar, height=100 * bar.rate / top) for bar in bars),
        marks=tuple(marks),
        pauses=tuple(pauses),
        top=top,
        limit=100 * limit / top,
        seconds=len(steps) * STEP_SECONDS,
        sittings=len(runs),
        peak=peak,
    )


def latencies(counts: Mapping[str, Sequence[int]]) -> list[Latency]:
    """Return each endpoint's percentiles, in the order of the counts."""
    found = []
    for endpoint, buckets in counts.items():
        percentiles = tuple(percentile(buckets, share) for share in SHARES)
        places = tuple(100.0 if ms is None else latency_place(ms) for ms in percentiles)
        found.append(Latency(endpoint, sum(buckets), percentiles, places))
    return found


def percentile(buckets: Sequence[int], share: float) -> float | None:
    """Return the milliseconds that `share` percent of answers took at most.

    Within a bucket answers are taken as evenly spread; None when it is beyond the last bound.
    """
    wanted = sum(buckets) * share / 100
    seen = 0
    bounds = (0, *LATENCY_BOUNDS_MS)
    for (low, high), count in zip(pairwise(bounds), buckets, strict=False):
        if count and seen + count >= wanted:
            return low + (high - low) * (wanted - seen) / count
        seen += count
    return None


def latency_place(ms: float) -> float:
    """Return where so many milliseconds stand on the logarithmic axis, in percent."""
    low, high = _MS_DECADES
    return min(max(100 * (math.log10(max(ms, 1)) - low) / (high - low), 0.0), 100.0)


def strips(sizes: Sizes) -> tuple[list[Cell], list[Cell]]:
    """Return how many files of a structure have so many records, and so many bytes."""
    return _strip(sizes.by_records, RECORD_BINS), _strip(sizes.by_bytes, BYTE_BINS)


def record_bounds(cell: Cell) -> tuple[int, int]:
    """Return how many records the files of a bin have at least and at most."""
    wide = 100 // RECORD_BINS
    first = round(cell.x * RECORD_BINS / 100) * wide + 1
    return first, first + wide - 1


def byte_bounds(cell: Cell) -> tuple[int, int]:
    """Return how many bytes the files of a bin have at least, and less than how many."""
    low, high = BYTE_DECADES
    place = round(cell.x * BYTE_BINS / 100)
    first, end = (round(10 ** (low + (high - low) * n / BYTE_BINS)) for n in (place, place + 1))
    return first, end


def _strip(counts: Mapping[int, int], bins: int) -> list[Cell]:
    most = max(counts.values())
    width = 100 / bins
    return [
        Cell(place * width, width, 0.25 + 0.75 * count / most, count)
        for place, count in sorted(counts.items())
    ]


def _bars(
    steps: Mapping[int, Sequence[int]], run: tuple[int, int], wide: int, x: float, unit: float
) -> list[Bar]:
    """Return the bars of one sitting, from `x` on, each of `wide` steps; the last may have less."""
    first, last = run
    bars = []
    for start in range(first, last + 1, wide * STEP_SECONDS):
        seconds = range(start, min(start + wide * STEP_SECONDS, last + 1), STEP_SECONDS)
        inside = [steps[second] for second in seconds if second in steps]
        rate = sum(step[0] for step in inside) / (len(seconds) * STEP_SECONDS)
        bars.append(Bar(x, unit, 0, start, rate, sum(step[1] for step in inside)))
        x += unit
    return bars


def _sittings(seconds: list[int]) -> list[tuple[int, int]]:
    """Return the first and last step of each stretch of work without a pause in it."""
    starts = [seconds[0]]
    ends = []
    for before, after in pairwise(seconds):
        if after - before > _PAUSE_STEPS * STEP_SECONDS:
            ends.append(before)
            starts.append(after)
    return list(zip(starts, [*ends, seconds[-1]], strict=True))


def _steps(first: int, last: int) -> int:
    return (last - first) // STEP_SECONDS + 1


def _clock(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%m-%d %H:%M")


def _round_up(value: float) -> float:
    """Return the next number that makes a good end of an axis."""
    scale = 10.0 ** math.floor(math.log10(value))
    return next(step * scale for step in _ROUND if step * scale >= value)
