"""The lake as a local folder."""
