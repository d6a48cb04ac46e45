"""Where one benchmark works, and how long it may take."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder for what lives as long as the benchmark, and one that outlives it.

    `runs` is how often a figure is measured; `long` asks for all that fits into 45 minutes.
    """

    folder: Path
    kept: Path
    runs: int = 3
    long: bool = False

    def ids(self, titles: int) -> Path:
        """Return a list of so many IMDb ids."""
        path = self.folder / f"ids-{titles}.csv"
        if not path.exists():
            path.write_text("".join(f"tt{n:07d}\n" for n in range(1, titles + 1)), encoding="ascii")
        return path

    def lake(self, name: str = "lake") -> Path:
        """Return the path of a lake that is not there; the one before of that name is removed."""
        lake = self.folder / name
        shutil.rmtree(lake, ignore_errors=True)
        return lake
