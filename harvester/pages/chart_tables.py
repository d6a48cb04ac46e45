"""The figures of a chart as lines, the first of which names the columns: what is saved as a CSV."""

from collections.abc import Mapping

from harvester.lake.documents.summary import OUTCOMES
from harvester.pages.texts import Texts

Cell = str | int | float | None
Lines = list[list[Cell]]


def outcome_table(t: Texts, counts: Mapping[str, int]) -> Lines:
    """Return the bar of outcomes that both pages begin with: titles by outcome."""
    rows: Lines = [[t(f"outcome.{name}"), counts[name]] for name in OUTCOMES]
    return [[t("report.reasons.outcome"), t("report.reasons.count")], *rows]
