"""A second origin, as small as one can be: what `CONTRIBUTING.md` says a new API needs, in full."""
