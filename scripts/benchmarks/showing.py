"""How long `harvester show` takes to find one title among 300,000 in 31 runs."""

import sys
from collections.abc import Iterator

from benchmarks.lake_state import RUNS, TITLES
from benchmarks.processes import HARVESTER, harvest, measured, simulator
from benchmarks.rows import Row
from benchmarks.workspace import Workspace

_SECONDS = 2
_SPACING = 31  # of the ids in the lake that is made


def showing(space: Workspace) -> Iterator[Row]:
    """Show a title by IMDb's id and by TMDB's, which is known from the newest of the runs."""
    lake = space.lake("showing")
    measured([sys.executable, "-m", "benchmarks.lake_state_made", str(lake), "all"])
    ids = space.folder / "shown.txt"
    some = range(TITLES + 1, TITLES + 51)  # the runs that are made have outcomes, but no units
    ids.write_text("".join(f"tt{number * _SPACING:07d}\n" for number in some), encoding="ascii")
    with simulator("--latency", "0") as server:
        run = harvest(server, ids, lake, "--json").report["run"]
    outcomes = (lake / f"Raw/TMDB/_harvest/{run}/outcomes.csv").read_text(encoding="utf-8")
    line = next(line for line in outcomes.splitlines() if ",harvested," in line)
    imdb_id, _, media_type, tmdb_id, *_ = line.split(",")
    for whose, title in (("IMDb", imdb_id), ("TMDB", f"{media_type}:{tmdb_id}")):
        command = [*HARVESTER, "show", title, "--lake", str(lake)]
        ended = [measured(command) for _ in range(space.runs)]
        if any("\nrecords\n" not in one.out for one in ended):
            raise RuntimeError(f"{title} has no records: {ended[0].out}")
        what = f"show one of {TITLES:,} titles in {RUNS + 1} runs, by {whose}'s id"
        yield Row("9", what, "s", tuple(one.seconds for one in ended), at_most=_SECONDS)
        yield Row("", "  its CPU", "s", tuple(one.cpu for one in ended))
        yield Row("", "  its memory", "MB", tuple(one.peak_mb for one in ended))
