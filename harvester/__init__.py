"""Harvest everything TMDB knows about a list of IMDb titles into a data lake."""

from harvester.version import __version__

__all__ = ["__version__"]
