"""Prints the first ids that are movies and nothing else in the simulator: four bodies each.

`python -m benchmarks.movie_ids COUNT`; one id a line. A process of its own, as the simulator is
large, and a client's peak RSS cannot be told below that of the process that starts it.
"""

import sys
from itertools import count, islice

from harvester.simulator.identity import identify

SEED = 1


def main() -> None:
    """Print the ids."""
    movies = (f"tt{each:07d}\n" for each in count(1) if identify(SEED, each).kinds == {"movie"})
    sys.stdout.writelines(islice(movies, int(sys.argv[1])))


if __name__ == "__main__":
    main()
