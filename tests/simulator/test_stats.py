"""What the simulator counts: exactly, whatever the pattern of arrivals."""

import random

from harvester.simulator.stats import Stats


def test_worst_second_is_exact() -> None:
    """The worst window equals a count over all windows, for a known and a random pattern."""
    known = Stats(seed=1)
    for moment in (0.0, 0.5, 0.9, 1.0, 1.4, 1.95, 5.0):
        known.arrived(moment)
    assert known.worst_second == 4  # 0.5, 0.9, 1.0, 1.4; 0.0 has left the window that ends at 1.0
    chance = random.Random("arrivals")
    moments = sorted(chance.random() * 20 for _ in range(400))
    counted = Stats(seed=1)
    for moment in moments:
        counted.arrived(moment)
    windows = (sum(end - 1 < moment <= end for moment in moments) for end in moments)
    assert counted.worst_second == max(windows)
