"""A simulated OMDb: the titles of the simulated TMDB, at its address under `/omdb/`."""

from harvester.simulator.omdb.server import PREFIX, OmdbOptions, SimulatedOmdb

__all__ = ["PREFIX", "OmdbOptions", "SimulatedOmdb"]
