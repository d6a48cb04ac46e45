"""Draw docs/images/terminal.svg: a real run of the bundled sample, as a terminal shows it.

Numbers and times differ from run to run, so nobody compares it; draw it again when words change.
"""

import asyncio
import io
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from harvester.cli.console.progress_line import ProgressLine, first_line, reject_lines
from harvester.cli.console.tables import outcome_table
from harvester.cli.harvesting import simulated
from harvester.run.harvest import harvest
from harvester.run.state import Event, Snapshot
from harvester.run.stop import Stop
from harvester.settings import load_settings

if TYPE_CHECKING:
    from rich.table import Table

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "terminal.svg"
SECONDS = 9.0
"""How far into the run the live line is drawn; the sample takes about twelve."""


async def record(console: Console, unseen: Console) -> None:
    """Harvest the sample on an unseen terminal, and show on the console what a user sees."""
    console.print("[green]$[/] harvester run --local", highlight=False)
    settings = load_settings({}, environ={}, local=True)
    console.print(simulated(settings), highlight=False)
    lines: list[Table] = []
    loop = asyncio.get_running_loop()
    with ProgressLine(unseen) as progress_line:

        def draw(snapshot: Snapshot) -> None:
            lines.append(progress_line.line(snapshot.now(), loop.time()))

        def observe(event: Event, snapshot: Snapshot) -> None:
            progress_line.observe(event, snapshot)
            if event == "planned" and snapshot.plan is not None:
                for text in (first_line(snapshot), *reject_lines(snapshot.plan.inputs)):
                    console.print(text, markup=False, highlight=False)
                loop.call_later(SECONDS, draw, snapshot)

        report = await harvest(settings, stop=Stop(), observe=observe)
    for line in lines:
        console.print(line)
    console.print(outcome_table(report))
    console.print("This TMDB data is synthetic: it came from the simulator.")


def recording_console() -> Console:
    """Return a console of 100 columns that nobody sees, and that knows what was printed."""
    return Console(
        record=True,
        width=100,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        _environ={},
    )


def write_picture(console: Console, path: Path) -> None:
    """Write what was printed as an SVG that is the same whenever the same was printed."""
    svg = console.export_svg(title="harvester", unique_id=path.stem)
    # No font of somebody else's server: the reader's own monospace will do.
    path.write_text(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")


def main() -> int:
    """Draw the picture."""
    seen = recording_console()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        asyncio.run(record(seen, recording_console()))
    write_picture(seen, PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
