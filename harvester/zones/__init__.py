"""From raw JSON to answers: the Trusted zone (clean, typed) and the Refined zone (a star schema).

Nothing of the core imports this package; it needs the extra `zones`.
manifests, CSVs → `harvested`, `csvs` → `trusted`, `local` → Trusted → `refined` → Refined; the
transforms are Ibis expressions, and an engine of `engines` runs them.
"""
