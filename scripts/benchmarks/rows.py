"""What was measured, beside what was aimed at: rows and their table."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

HEADER = ("", "what", "target", "median", "spread", "ratio", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of several runs, and how it stands to its target.

    `at_most` and `at_least` bound the median; of a count that must never be passed, `worst` has
    them bound every value. `ratio` is ours to a yardstick's in the same run, bounded by
    `ratio_at_most`. A row without bounds only tells. `trouble` says why there are no values,
    `lacking` what this machine lacks for them, which is no failure.
    """

    target: str
    name: str
    unit: str
    values: tuple[float, ...] = ()
    at_most: float | None = None
    at_least: float | None = None
    worst: bool = False
    ratio: float | None = None
    ratio_at_most: float | None = None
    trouble: str | None = None
    lacking: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float | None:
        """The median of the values."""
        return statistics.median(self.values) if self.values else None

    @property
    def verdict(self) -> str:
        """`ok`, `short`, or nothing when nothing is aimed at."""
        bounded = (self.at_most, self.at_least, self.ratio_at_most)
        if self.lacking is not None:
            return ""
        if self.trouble is not None or not self.values:
            return "short"
        if all(bound is None for bound in bounded):
            return ""
        judged = self.values if self.worst else (statistics.median(self.values),)
        high = self.at_most is not None and max(judged) > self.at_most
        low = self.at_least is not None and min(judged) < self.at_least
        dear = self.ratio_at_most is not None and (self.ratio or 0) > self.ratio_at_most
        return "short" if high or low or dear else "ok"

    def cells(self) -> tuple[str, ...]:
        """Return the row as text, under `HEADER`."""
        bounds = []
        if self.at_most is not None:
            bounds.append(f"<= {self.at_most:g}")
        if self.at_least is not None:
            bounds.append(f">= {self.at_least:g}")
        if self.ratio_at_most is not None:
            bounds.append(f"x <= {self.ratio_at_most:g}")
        if self.median is None:
            middle, spread = "-", "not measured"
        else:
            middle = f"{_short(self.median)} {self.unit}".strip()
            spread = f"{_short(min(self.values))} to {_short(max(self.values))}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return (self.target, self.name, ", ".join(bounds), middle, spread, ratio, self.verdict)

    def as_dict(self) -> dict[str, Any]:
        """Return everything, raw values included."""
        return {**asdict(self), "median": self.median, "verdict": self.verdict}


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a plain table, and under it why some have no figure."""
    lines = [HEADER, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    shown = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    said = (f"{row.name}: {why}" for row in rows if (why := row.trouble or row.lacking))
    return "\n".join((*shown, *said))


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 or value == int(value) else f"{value:.3g}"  # noqa: PLR2004
