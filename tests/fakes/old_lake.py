"""A lake that 0.1.0 wrote, by which command lines: see `tests/fixtures/README.md`."""

import json
import tarfile
from pathlib import Path
from typing import Any, Final

FIXTURES: Final = Path(__file__).parents[1] / "fixtures"
LAKE: Final = Path("lake")
HARVEST: Final = LAKE / "Raw/TMDB/_harvest"

SAMPLE: Final = "20261120-31b3e1ff"
MAPPED: Final = "20261121-76b32adf"
FAILED: Final = "20261122-78998d9c"
RETRIED: Final = "20261122-95a1198f"
UNFINISHED: Final = "20261123-d86f2dcc"

_MOVIES: Final = ("--local", "--as", "Movies")
COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    SAMPLE: ("run", "--local"),
    "20261121-dc6bafc4": ("run", "--local", "--genre", "Drama"),
    MAPPED: (
        *("run", "--local", "--endpoints", "details,keywords", "--requests", "append"),
        *("--id-map", f"{HARVEST}/{SAMPLE}/id-map.csv"),
    ),
    "20261121-9381e172": (
        *("run", "inputs/limited.txt", *_MOVIES, "--limit", "8", "--language", "pt-BR"),
        *("--endpoints", "find,details"),
    ),
    "20261122-65dbe815": (
        *("run", "inputs/lines.txt", *_MOVIES, "--format", "lines"),
        *("--endpoints", "find,external_ids"),
    ),
    FAILED: ("run", "inputs/failing.txt", *_MOVIES, "--endpoints", "find,keywords"),
    RETRIED: ("run", "inputs/retried.txt", *_MOVIES, "--endpoints", "keywords"),
}
"""Each finished run, retries aside, and the command line that made it, without its `--date`."""

RESUME: Final = ("run", "inputs/unfinished.txt", *_MOVIES, "--endpoints", "keywords")
"""The command line of the unfinished run."""

FINISHED: Final = (*COMMANDS, f"{RETRIED}-retry1")


def unpack(folder: Path) -> None:
    """Put the lake and the inputs that are not in it into a folder, as `lake` and `inputs`."""
    with tarfile.open(FIXTURES / "lake_0_1_0.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    (folder / "inputs").symlink_to(FIXTURES / "inputs")


def date_of(run: str) -> str:
    """Return the date a run's command line gave, which its id begins with."""
    return f"{run[:4]}-{run[4:6]}-{run[6:8]}"


def document(run: str, name: str) -> Any:
    """Return a run's document, such as `plan.json`."""
    return json.loads((HARVEST / run / name).read_bytes())


def contents() -> dict[str, bytes]:
    """Return every file of the lake but the leases, which hold no data."""
    return {
        path.as_posix(): path.read_bytes()
        for path in LAKE.rglob("*")
        if path.is_file() and "lease" not in path.name
    }
