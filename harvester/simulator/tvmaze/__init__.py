"""A simulated TVmaze: the series of the simulated TMDB, at its address under `/tvmaze/`."""

from harvester.simulator.tvmaze.server import PREFIX, SimulatedTvmaze, TvmazeOptions

__all__ = ["PREFIX", "SimulatedTvmaze", "TvmazeOptions"]
