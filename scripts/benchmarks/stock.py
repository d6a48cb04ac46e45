"""Python as it comes, without the extra `fast`."""

import sys

FAST = ("uvloop", "isal")


def hide_fast() -> None:
    """Have every import of the extra's modules fail, as if it were not installed."""
    for name in FAST:
        sys.modules[name] = None  # type: ignore[assignment] # so imports are told to fail
