"""Lets the harvester's clock show a time that a test moves."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from harvester import clock


def move(monkeypatch: pytest.MonkeyPatch, seconds: Callable[[], float]) -> None:
    """Take the time, in seconds since the epoch, from a function until the test ends."""
    shown = SimpleNamespace(time=seconds, strftime=time.strftime, gmtime=time.gmtime)
    monkeypatch.setattr(clock, "time", shown)
