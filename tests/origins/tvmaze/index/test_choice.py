"""Few titles are looked up, for many the index is read: whatever takes fewer requests."""

import pytest

from harvester.model import Asked
from harvester.origins.tvmaze.index.choice import INDEX_REQUESTS, takes_index


def _asked(*endpoints: str) -> Asked:
    return Asked(endpoints, None, (), None, "array", "h", origin="TVmaze")


@pytest.mark.parametrize(
    ("series", "endpoints", "wanted"),
    [
        (0, ("show",), False),
        (175, ("show",), False),  # 350 requests, as many as the index
        (176, ("show",), True),
        (175, ("show", "episodes", "cast"), False),
        (176, ("show", "episodes"), True),
        (350, ("episodes",), False),  # the id alone is one request
        (351, ("episodes", "cast"), True),
        (70_000, ("cast",), True),
    ],
)
def test_the_threshold(series: int, endpoints: tuple[str, ...], *, wanted: bool) -> None:
    """A hit takes two requests with the show, one without; the rest is the same either way."""
    assert takes_index(series, _asked(*endpoints)) is wanted


@pytest.mark.parametrize("endpoints", [("show",), ("episodes",), ("show", "episodes", "cast")])
def test_no_choice_takes_more_than_the_index(endpoints: tuple[str, ...]) -> None:
    """Whatever the number of titles, finding them takes at most what the index does."""
    for series in range(0, 1_000, 7):
        lookups = series * (1 + ("show" in endpoints))
        assert min(lookups, INDEX_REQUESTS) == (
            INDEX_REQUESTS if takes_index(series, _asked(*endpoints)) else lookups
        )
