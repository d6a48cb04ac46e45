"""Whether a file can be an input, as far as its first bytes tell."""

from pathlib import Path
from typing import Final

from harvester.errors import InputError
from harvester.inputs.reader import TitleReader

__all__ = ["glance"]

_FIRST: Final = 1 << 16


def glance(path: Path) -> None:
    """Read the header of a CSV or list, and the rows of a small one.

    Raises `InputError`, as a run with this input would.
    """
    reader = TitleReader(str(path), seen=set())
    try:
        with path.open("rb") as file:
            for _ in reader.feed(file.read(_FIRST)):
                pass
            is_whole = not file.read(1)
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}") from None
    if is_whole:
        reader.close()
