"""A TMDB of our own on loopback: no account, no key, the same synthetic data every time.

It answers like TMDB v3 (endpoints, error envelopes, ETags, gzip, chunked bodies, limits), shows
TMDB's known faults when asked to, and counts what it served.
"""

from harvester.simulator.server import Simulator, SimulatorOptions, simulate
from harvester.simulator.stats import describe

__all__ = ["Simulator", "SimulatorOptions", "describe", "simulate"]
