"""Which systems the harvester runs on."""

import importlib
import os


def why_not_here() -> str | None:
    """Return the sentence for a system we can't work on, or None.

    Locks, durable folders and signals are those of POSIX; Windows has them in WSL alone.
    """
    try:
        importlib.import_module("fcntl")
    except ImportError:
        lacking = True
    else:
        lacking = os.name == "nt"
    if not lacking:
        return None
    return (
        "needs Linux or macOS; on Windows run it in WSL "
        "(https://learn.microsoft.com/windows/wsl/install)"
    )
