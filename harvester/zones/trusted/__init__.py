"""Raw → Trusted: CSVs and records as typed tables, and what did not fit."""
