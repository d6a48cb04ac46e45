"""The documents of a run in the lake: their formats and readers."""
