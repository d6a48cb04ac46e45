"""What findings are tested by: intervals of 95 % and tests at 5 %, of well-known formulas.

Each is written for the numbers that a query has already added up.
"""

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.05
"""How often chance alone may make a finding."""

_Z = NormalDist().inv_cdf(1 - LEVEL / 2)
_MANY = 1_000
"""Beyond as many degrees of freedom Student's t is the normal distribution to three digits."""


class Interval(NamedTuple):
    """Where the true value lies, by a chance of 95 % unless said otherwise; both ends included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Say whether a value lies in it."""
        return self.low <= value <= self.high


def correlation_interval(r: float, n: int) -> Interval:
    """Return the interval of Pearson's r over `n` pairs, by Fisher's z; all that may be below 4.

    https://en.wikipedia.org/wiki/Fisher_transformation
    """
    if n < 4:  # noqa: PLR2004 - the standard error is 1 / sqrt(n - 3)
        return Interval(-1.0, 1.0)
    if abs(r) >= 1:
        return Interval(r, r)
    z, error = math.atanh(r), _Z / math.sqrt(n - 3)
    return Interval(math.tanh(z - error), math.tanh(z + error))


def mean_interval(mean: float, error: float, freedom: int, *, level: float = LEVEL) -> Interval:
    """Return the interval of a mean with this standard error, by Student's t; `freedom` is n - 1.

    `level` is the chance that it misses: less where several means are looked at.
    """
    reach = student_quantile(1 - level / 2, freedom) * error
    return Interval(mean - reach, mean + reach)


def share_interval(part: int, whole: int) -> Interval:
    """Return the interval of a share, by Wilson's score.

    https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
    """
    share, spread = part / whole, _Z * _Z / whole
    middle = (share + spread / 2) / (1 + spread)
    reach = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


def shares_differ(part: int, whole: int, other_part: int, other_whole: int) -> bool:
    """Say whether two shares differ by more than chance: χ² of the table of two by two."""
    pooled = (part + other_part) / (whole + other_whole)
    if pooled in (0, 1):
        return False
    spread = pooled * (1 - pooled) * (1 / whole + 1 / other_whole)
    distance = part / whole - other_part / other_whole
    return distance * distance / spread > chi_squared_critical(1)


def leads(most: float, next_most: float, *, among: int) -> bool:
    """Say whether the first of `among` counts is ahead of the second by more than chance.

    Half of the two together would be each one's by chance; a title that both count makes the test
    stricter, never weaker. The level is divided by the counts that might have been second.
    """
    both = most + next_most
    level = LEVEL / max(1, among - 1)
    return both > 0 and (most - next_most) ** 2 / both > chi_squared_critical(1, level)


def chi_squared(found: Sequence[float], expected: Sequence[float]) -> float:
    """Return Pearson's χ² of counts against those that chance would give."""
    return sum((f - e) ** 2 / e for f, e in zip(found, expected, strict=True))


def chi_squared_critical(freedom: int, level: float = LEVEL) -> float:
    """Return the χ² that chance exceeds as often as `level` says."""
    return _root(lambda x: level - _chi_squared_beyond(x, freedom), 10.0 * freedom + 100)


def student_quantile(share: float, freedom: int) -> float:
    """Return the quantile of Student's t, of a share of at least a half."""
    if freedom > _MANY:
        return NormalDist().inv_cdf(share)
    return _root(lambda t: _student_below(t, freedom) - share, 1e6)


def _chi_squared_beyond(x: float, freedom: int) -> float:
    """Return how often chance exceeds a χ²: a finite sum (Abramowitz and Stegun 26.4.4, 26.4.5)."""
    half = x / 2
    if freedom % 2:
        first, start = math.erfc(math.sqrt(half)), 0.5
    else:
        first, start = 0.0, 0.0
    steps = freedom // 2
    terms = (math.exp(-half + (start + k) * _log(half) - math.lgamma(start + k + 1))
             for k in range(steps))  # fmt: skip
    return first + sum(terms)


def _student_below(t: float, freedom: int) -> float:
    """Return how often Student's t is below `t` (Abramowitz and Stegun 26.7.3, 26.7.4)."""
    angle = math.atan2(t, math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    term, total = (cosine if odd else 1.0), 0.0
    for k in range((freedom - 1) // 2 if odd else freedom // 2):
        total += term
        term *= cosine * cosine * ((2 * k + 2) / (2 * k + 3) if odd else (2 * k + 1) / (2 * k + 2))
    within = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return (1 + within) / 2


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf


def _root(rising: Callable[[float], float], high: float) -> float:
    """Return where a rising function from 0 on is 0."""
    low = 0.0
    for _ in range(200):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
