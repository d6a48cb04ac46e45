"""The files that a zone's tables had as they were published: one lost or altered since is noticed.

`_build.json` keeps a mark of each folder of Parquet files, of their names and sizes alone, since a
listing tells those. What an older harvester wrote has no marks, and nothing is compared.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping

from harvester.stores import Store

Sizes = Mapping[str, int]
"""The sizes of a folder's Parquet files by their names."""


def mark_of(sizes: Sizes) -> str:
    """Return a folder's mark. Pure."""
    return hashlib.sha256(repr(sorted(sizes.items())).encode()).hexdigest()[:32]


async def folders_below(store: Store, root: str) -> dict[str, dict[str, int]]:
    """Return each folder below a key with what Parquet files it has, by one listing.

    `root` and the folders are keys that end in `/`. Raises what the store raises.
    """
    found: dict[str, dict[str, int]] = defaultdict(dict)
    async for entry in store.list(root):
        folder, _, name = entry.key.rpartition("/")
        if name.endswith(".parquet"):
            found[f"{folder}/"][name] = entry.size
    return dict(found)


def altered(marks: Mapping[str, str], found: Mapping[str, Sizes]) -> list[str]:
    """Return the folders that have other files than their mark is of. Pure."""
    return [folder for folder, mark in marks.items() if mark_of(found.get(folder, {})) != mark]
