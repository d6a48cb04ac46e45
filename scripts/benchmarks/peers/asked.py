"""What a peer's program is job on its command line."""

import argparse
import signal
from dataclasses import dataclass
from pathlib import Path

BELOW = {"details": "", "credits": "/credits", "keywords": "/keywords"}
"""Endpoints of a movie beside `find`, and how their paths end."""

HEADERS = {"Authorization": "Bearer bench", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The job: `rate` is in requests a second, and None for as fast as it goes."""

    base_url: str
    ids: list[str]
    folder: Path
    rate: float | None
    workers: int


def asked() -> Asked:
    """Read the command line; the program then has `--seconds` to live."""
    parser = argparse.ArgumentParser()
    parser.add_argument("base_url")
    parser.add_argument("ids", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--workers", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=120)
    job = parser.parse_args()
    signal.alarm(job.seconds)  # the system ends whoever gets this and has asked for nothing else
    job.folder.mkdir(parents=True)
    ids = job.ids.read_text(encoding="ascii").split()
    return Asked(job.base_url, ids, job.folder, job.rate, job.workers)
