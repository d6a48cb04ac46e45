"""Runs whose documents can't be read: they are named and left out, and the others go on."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DamagedRun:
    """A run whose documents can't be read; `damaged` is one sentence."""

    run: str
    damaged: str


def warn_of(found: Iterable[DamagedRun]) -> None:
    """Name each of them in one sentence on stderr."""
    for one in found:
        _LOG.warning("%s; run %s is left out", one.damaged, one.run)
