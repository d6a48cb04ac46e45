"""The version, by itself: whatever needs it need not import the public face of the package."""

__version__ = "0.2.0"
