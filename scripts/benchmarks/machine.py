"""The machine a benchmark runs on, and which of its cores does what."""

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

_PACKAGES = ("aiohttp", "aiolimiter", "orjson", "tenacity", "uvloop", "isal")


def facts() -> dict[str, Any]:
    """Return what a reader must know to compare figures."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
    }


def summary(facts: dict[str, Any]) -> str:
    """Say the facts in a line."""
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return (
        f"{facts['cpu']}, {facts['cores']} cores, load {facts['load_before']:.1f} before; "
        f"Python {facts['python']}; {versions}"
    )


def give_server_core(process: int) -> None:
    """Keep a server to the last core, where there are two or more."""
    cores = sorted(_cores())
    if len(cores) > 1:
        os.sched_setaffinity(process, cores[-1:])


def give_client_cores(process: int) -> None:
    """Keep a client to every core but the server's."""
    cores = sorted(_cores())
    if len(cores) > 1:
        os.sched_setaffinity(process, cores[:-1])


def _cores() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "none"
