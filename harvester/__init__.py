"""Harvest everything TMDB knows about a list of IMDb titles into a data lake."""

__version__ = "0.2.0"
