"""One folder takes another's place in a single step, so that a crash leaves one of the two."""

import os
import secrets
from pathlib import Path

from harvester.stores.files import remove_whole, sync_folder
from harvester.stores.rename import NotOffered, exchange


def put_in_place(new: Path, target: Path) -> None:
    """Move a folder to `target`; what had that name, a folder or not, goes away afterwards.

    Two names are exchanged at once where the system can (`rename.exchange`). Where it can't,
    the old one is moved aside first, and a crash right then leaves it under a hidden name.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(target):
        new.rename(target)
    elif _exchanged(new, target):
        remove_whole(new)
    else:
        old = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
        target.rename(old)
        new.rename(target)
        remove_whole(old)
    sync_folder(target.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Give each of two names the other's folder; False where the system can't."""
    try:
        exchange(one, other)
    except NotOffered:
        return False
    return True
