"""A simulated TMDB on loopback: no account, no key, the same synthetic data every time.

It responds like TMDB v3 (endpoints, error envelopes, ETags, gzip, chunked bodies, limits),
reproduces TMDB's known faults on request, and counts what it served.
"""

from harvester.simulator.course import ChangeOptions
from harvester.simulator.server import Simulator, SimulatorOptions, simulate
from harvester.simulator.stats import describe

__all__ = ["ChangeOptions", "Simulator", "SimulatorOptions", "describe", "simulate"]
