"""Groups of rated titles: who stands out, by how much, and the interval that says so."""

from typing import Any

import pytest

from harvester.pages import load_texts
from harvester.zones.analysis.rated_groups import groups_alone, intervals_chart, outliers

EN = load_texts("en")


def _row(
    name: str | None, rating: float, titles: int = 40, effective: float = 40
) -> dict[str, Any]:
    return {
        "name": name,
        "rating": rating,
        "titles": titles,
        "votes": 1_000,
        "error": 0.1,
        "effective": effective,
    }


def test_only_who_is_beyond_the_interval_stands_out() -> None:
    """0.1 is the error: 0.2 of four groups may be chance, 0.5 is none."""
    rows = [_row(None, 6.0, 200), _row("A", 6.5), _row("B", 6.2), _row("C", 5.9), _row("D", 5.4)]
    assert outliers(rows, EN, "genre_ratings") == (
        "Weighted by votes, 200 titles average 6.00 on TMDB; "
        "A is clearly above it, 6.50 (95% CI 6.30 to 6.70) over 40 titles; "
        "D is clearly below it, 5.40 (95% CI 5.20 to 5.60) over 40 titles (4 compared)"
    )
    said = outliers([rows[0], rows[2], rows[3]], EN, "genre_ratings")
    assert said.startswith("No genre clearly differs from the average of 200 titles on TMDB, 6.00")


def test_the_more_are_compared_the_more_it_takes() -> None:
    """0.22 stands out alone, and not among twenty, of which one does so by chance."""
    whole, one = _row(None, 6.0, 200), _row("A", 6.22)
    assert "A is clearly above" in outliers([whole, one], EN, "genre_ratings")
    others = [_row(f"B{n}", 6.0) for n in range(19)]
    assert "No genre" in outliers([whole, one, *others], EN, "genre_ratings")


def test_few_titles_with_most_votes_are_few() -> None:
    """Forty titles of which three have nearly all votes tell as little as three."""
    whole = _row(None, 6.0, 200)
    assert "No director" in outliers([whole, _row("A", 6.4, 40, 3.2)], EN, "director_ratings")
    assert "A is clearly" in outliers([whole, _row("A", 6.4, 40, 38)], EN, "director_ratings")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([_row(None, 6.0, 29)], "Nothing to conclude from 29 titles: it takes at least 30"),
        ([_row("A", 6.0, 12)], "Nothing to conclude from 12 titles: it takes at least 30"),
        ([_row(None, 6.0, 31)], "No genre has enough titles: 31 are rated on TMDB"),
    ],
)
def test_too_little_is_said(rows: list[dict[str, Any]], said: str) -> None:
    """Few titles at all, or no group of enough of them."""
    assert outliers(rows, EN, "genre_ratings").startswith(said)


def test_the_chart_and_the_table_have_the_groups_alone() -> None:
    """All titles are no group; each is drawn with the ends of its interval."""
    rows = [_row(None, 6.0, 200), _row("A", 6.5)]
    assert groups_alone(rows, EN) == (rows[1:], "")
    chart = intervals_chart([row | {"choice": "all"} for row in rows], EN).to_dict()
    (drawn,) = next(values for values in chart["datasets"].values())
    assert drawn["name"] == "A"
    assert (drawn["low"], drawn["high"]) == pytest.approx((6.298, 6.702), abs=1e-3)
