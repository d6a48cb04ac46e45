"""What of the zones' libraries goes into their Lambda layer; `build_layer.py` makes it.

A function has 250 MB unzipped, layers included; DuckDB, Arrow and Ibis have 430 with all that they
bring. What is left out here is loaded by no build of the zones on DuckDB: the slow test of the
layer builds a lake on what is left.
"""

import re
from collections.abc import Callable, Collection

import locked

ROOTS = {"duckdb", "ibis-framework", "pyarrow"}
"""What the zones import themselves, but for the analysis page: Vega's libraries have 92 MB."""

NEVER_LOADED = {"markdown-it-py", "mdurl", "numpy", "pandas", "pygments"}
"""Required by the others for data frames, and for text in colour, of which there is none."""

PYTHONS = ("3.12", "3.13")
"""Lambda's Pythons on a Linux whose C library is new enough for Arrow's wheels (glibc 2.28)."""

_UNUSED = re.compile(
    r"^pyarrow/("
    # Arrow's own clients of remote stores, its server and what is encrypted: stores are ours.
    r"_(flight|s3fs|gcsfs|azurefs|hdfs|orc|substrait|cuda|(dataset_)?parquet_encryption)\.|"
    r"lib(arrow_flight|arrow_python_flight|arrow_s3|arrow_python_parquet_encryption)\.so|"
    # A wheel holds no links: each of these is a copy of the library of the name that is loaded.
    r"lib\w+\.so(\.\d+\.\d+\.\d+)?$|"
    r"(include|includes|src)/)"
)

_READ = re.compile(r"^ibis/examples/[^/]+\.py$|^ibis_framework-[^/]+/entry_points\.txt$")
"""Imported by Ibis itself, whatever its name says, and where it finds its engines."""


def requirements(lock: str, *, without: Collection[str]) -> str:
    """Return the locked requirements of the zones' layer; `without` are those of another. Pure."""
    found = locked.blocks(lock)
    wanted = set(ROOTS)
    while True:
        more = {one.name for one in found if one.required_by & wanted} | wanted
        more -= NEVER_LOADED
        if more == wanted:
            wanted -= set(without)
            return "".join(one.text for one in found if one.name in wanted)
        wanted = more


def platforms(python: str, oldest: str) -> list[str]:
    """Return the platforms whose wheels are taken. Raises `SystemExit` for an older Linux."""
    if python not in PYTHONS:
        raise SystemExit(f"the zones' layer is for Python {' and '.join(PYTHONS)}, not {python}")
    machine = oldest.partition("_")[2]
    return [f"manylinux_2_28_{machine}", f"manylinux_2_26_{machine}", oldest]


def of_use(path: str, *, otherwise: Callable[[str], bool]) -> bool:
    """Say whether a library's file is ever loaded by a build; `otherwise` knows of others. Pure."""
    if _READ.match(path):
        return True
    return _UNUSED.search(path) is None and otherwise(path)
