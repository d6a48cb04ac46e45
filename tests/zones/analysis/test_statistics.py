"""The statistics of the findings: values from tables, and how often chance makes a finding."""

import random
from statistics import correlation, mean, stdev

import pytest

from harvester.zones.analysis.statistics import (
    Interval,
    chi_squared,
    chi_squared_critical,
    correlation_interval,
    leads,
    mean_interval,
    share_interval,
    shares_differ,
    student_quantile,
)

TRIALS = 400
"""Of chance alone; of a rate of 5 % fewer than 1 in 10,000 repetitions exceed 40 of these."""


@pytest.mark.parametrize(
    ("freedom", "level", "critical"),
    [
        (1, 0.05, 3.841),
        (2, 0.05, 5.991),
        (6, 0.05, 12.592),
        (11, 0.05, 19.675),
        (30, 0.05, 43.773),
        (1, 0.001, 10.828),
        (5, 0.01, 15.086),
    ],
)
def test_chi_squared_is_that_of_the_tables(freedom: int, level: float, critical: float) -> None:
    """NIST's: https://www.itl.nist.gov/div898/handbook/eda/section3/eda3674.htm."""
    assert chi_squared_critical(freedom, level) == pytest.approx(critical, abs=5e-4)


@pytest.mark.parametrize(
    ("share", "freedom", "quantile"),
    [
        (0.975, 1, 12.706),
        (0.975, 2, 4.303),
        (0.975, 5, 2.571),
        (0.975, 29, 2.045),
        (0.975, 100, 1.984),
        (0.999, 10, 4.144),
        (0.95, 7, 1.895),
        (0.975, 1_000, 1.962),
        (0.975, 100_000, 1.960),
        (0.5, 4, 0.0),
    ],
)
def test_students_t_is_that_of_the_tables(share: float, freedom: int, quantile: float) -> None:
    """NIST's: https://www.itl.nist.gov/div898/handbook/eda/section3/eda3672.htm."""
    assert student_quantile(share, freedom) == pytest.approx(quantile, abs=5e-4)


def test_intervals_are_those_of_the_books() -> None:
    """Fisher's of r = 0.5 over 50 pairs, Wilson's of 10 in 100, a mean's by Student's t."""
    assert correlation_interval(0.5, 50) == pytest.approx((0.2575, 0.6833), abs=1e-4)
    assert correlation_interval(1.0, 50) == (1.0, 1.0)
    assert correlation_interval(0.9, 3) == (-1.0, 1.0)
    assert share_interval(10, 100) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert share_interval(0, 10) == pytest.approx((0, 0.2775), abs=1e-4)
    assert mean_interval(7, 0.2, 29) == pytest.approx((6.591, 7.409), abs=1e-3)
    wider = mean_interval(7, 0.2, 29, level=0.01)
    assert wider == pytest.approx((7 - 2.756 * 0.2, 7 + 2.756 * 0.2), abs=1e-3)
    assert Interval(-0.1, 0.2).holds(0)
    assert not Interval(0.1, 0.2).holds(0)


def test_chi_squared_of_counts() -> None:
    """The months that were called a finding: 5.5, where chance gives up to 19.7."""
    assert chi_squared([30, 10], [20, 20]) == 10
    assert chi_squared([5, 5, 5], [5, 5, 5]) == 0


def test_two_shares() -> None:
    """18 of 20 against 10 of 20 differ (χ² 7.6), 11 against 10 do not; nor do all against all."""
    assert shares_differ(18, 20, 10, 20)
    assert not shares_differ(11, 20, 10, 20)
    assert not shares_differ(20, 20, 5, 5)


def test_a_lead_is_more_than_a_few() -> None:
    """60 against 30 of two; 33 against 30 not; among many a larger lead is needed; ties never."""
    assert leads(60, 30, among=2)
    assert not leads(33, 30, among=2)
    assert leads(43, 25, among=2)
    assert not leads(43, 25, among=20)
    assert not leads(0, 0, among=2)


def test_chance_makes_a_finding_in_one_of_twenty() -> None:
    """Correlations, means and shares of what has no effect: each claims one about as often."""
    chance = random.Random(7)
    claims = {"correlation": 0, "mean": 0, "shares": 0, "months": 0}
    expected = [20.0] * 12
    for _ in range(TRIALS):
        xs, ys = ([chance.gauss(0, 1) for _ in range(40)] for _ in range(2))
        claims["correlation"] += not correlation_interval(correlation(xs, ys), 40).holds(0)
        claims["mean"] += not mean_interval(mean(xs), stdev(xs) / 40**0.5, 39).holds(0)
        one, two = (sum(chance.random() < 0.5 for _ in range(60)) for _ in range(2))
        claims["shares"] += shares_differ(one, 60, two, 60)
        months = [0] * 12
        for _ in range(240):
            months[chance.randrange(12)] += 1
        claims["months"] += chi_squared(months, expected) > chi_squared_critical(11)
    assert all(5 <= count <= 40 for count in claims.values()), claims
