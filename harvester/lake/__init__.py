"""What lies in the lake: its keys, its record files and its documents."""
