"""A question that the page asks of the Refined zone, as one value."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from harvester.pages import NameKind, Texts
from harvester.pages.numbers import number
from harvester.zones.analysis.choices import Row, Rows

MAX_ROWS = 30
"""Rows of a table beneath a chart; the query gives them all."""

_ENDS = 5


def first_rows(rows: list[Row], t: Texts) -> tuple[list[Row], str]:
    """Return the rows that a table shows, and in words what it leaves out."""
    if len(rows) <= MAX_ROWS:
        return rows, ""
    note = t("analysis.more", shown=MAX_ROWS, of=number(len(rows), t.language))
    return rows[:MAX_ROWS], note


def best_and_worst(rows: list[Row], t: Texts) -> tuple[list[Row], str]:
    """Return the five `best` and the five `worst` rows, and in words what that leaves out."""
    shown = [row for row in rows if row["best"] <= _ENDS or row["worst"] <= _ENDS]
    if len(shown) == len(rows):
        return shown, ""
    return shown, t("analysis.best", of=number(rows[0]["titles"], t.language))


@dataclass(frozen=True, slots=True)
class Question:
    """All that the page needs to ask a question; its texts are in `analysis.<name>`.

    `columns` are those of its table. `chart` draws the rows of all choices, each of which has
    `choice`; `finding` says what the rows of one choice show, and gets at least one row; `excerpt`
    returns the rows that the table shows of them and a note on what it leaves out. A lake of fewer
    `dates` is not asked. `origin` is the one other than TMDB whose data it shows: the page then
    says whose they are, and of a lake without any only that it lacks them. The chart shows no row
    whose column `drawn` is null. `names` is what its column `name` holds, where a page's language
    has words of its own for it.
    """

    name: str
    columns: tuple[str, ...]
    chart: Callable[[list[Row], Texts], Any]
    finding: Callable[[list[Row], Texts], str]
    excerpt: Callable[[list[Row], Texts], tuple[list[Row], str]] = first_rows
    dates: int = 0
    origin: str | None = None
    drawn: str | None = None
    names: NameKind | None = None

    @property
    def sql(self) -> str:
        """The query beside its module.

        Its `chosen` is `dim_title`, each title once, or its movies or series alone.
        """
        return (files(__package__) / f"{self.name}.sql").read_text(encoding="utf-8").strip()

    def to_draw(self, rows: Rows) -> Rows:
        """Return the rows of each choice that the chart shows."""
        if self.drawn is None:
            return rows
        return {
            choice: [row for row in some if row[self.drawn] is not None]
            for choice, some in rows.items()
        }

    def headline(self, rows: list[Row], t: Texts) -> str:
        """Return the finding, or that there is nothing to find."""
        return self.finding(rows, t) if rows else t(f"analysis.{self.name}.none")
