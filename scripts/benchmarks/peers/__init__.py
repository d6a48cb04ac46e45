"""The peers' programs: each runs in a venv of their own, so none imports the harvester."""
