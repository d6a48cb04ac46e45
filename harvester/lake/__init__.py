"""The contents of the lake: its keys, its record files and its documents."""
