"""Whether a plan's titles are looked up one by one, or found in the index of all shows.

What takes fewer requests is chosen, by the plan alone: so each process that goes on with a run, and
each worker of an engine, chooses alike.
"""

from typing import Final

from harvester.lake.documents.plan import Plan, Titles
from harvester.model import Asked
from harvester.origins.tvmaze.endpoints import SHOW

INDEX_REQUESTS: Final = 350
"""About what the index takes: ids reach some 87,000 in 2026, and a page has 250 of them."""


def requests_to_look_up(asked: Asked) -> int:
    """Return what a title takes by a lookup that the index spares it: its id, and its show."""
    return 1 + (SHOW in asked.endpoints)


def takes_index(series: int, asked: Asked) -> bool:
    """Say whether so many series take fewer requests by the index than by lookups."""
    return series * requests_to_look_up(asked) > INDEX_REQUESTS


def series_of(plan: Plan, titles: Titles) -> int:
    """Return how many series a plan has."""
    return sum(title.kind == "series" for unit in range(plan.units) for title in titles.unit(unit))
