"""What commands import, imported once before processes are forked, not in each of them."""

import gc
import importlib
import pkgutil

import harvester

_ELSEWHERE = ("harvester.__main__", "harvester.zones.engines.spark")
"""A program, and what needs Java."""

_LATER = ("ibis.backends.duckdb", "pandas", "pydantic.type_adapter", "uvloop")
"""What libraries import once they are used."""


def import_all() -> None:
    """Import the whole harvester; no fork looks for garbage in it, which would copy every page."""
    for module in pkgutil.walk_packages(harvester.__path__, "harvester."):
        if not module.name.startswith(_ELSEWHERE):
            importlib.import_module(module.name)
    for name in _LATER:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
