"""The identity of a lease's holder: two Lambda environments never count as one machine."""

import os
from dataclasses import replace

import pytest

from harvester.stores.lease import Holder


def test_a_dead_process_of_another_lambda_is_not_known_dead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Process ids mean nothing across environments, even with the same name and boot id."""
    monkeypatch.setenv("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/24/[$LATEST]one")
    gone = replace(Holder(), pid=2**22 + 1)  # above the kernel's maximum
    assert gone.is_dead()
    assert not Holder(pid=os.getpid()).is_dead()
    monkeypatch.setenv("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/24/[$LATEST]other")
    assert not gone.is_dead()
