"""Which systems the harvester runs on, and what it needs of them."""

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


def no_temporary_folder(error: Exception) -> str | None:
    """Return the sentence for an error of `tempfile` that found no folder to write to, or None."""
    if not (isinstance(error, FileNotFoundError) and "temporary directory" in str(error)):
        return None
    return (
        "no folder for temporary files can be written: make room in /tmp, or name another folder "
        "by TMPDIR"
    )
