"""Draw the answers in docs/gallery.md: each block of SQL, asked of the bundled sample.

The picture below a block is its answer, and has the name of the file that the command reads.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from draw_terminal import recording_console, write_picture

HARVESTER = str(Path(sys.executable).with_name("harvester"))
"""By this name, which pages show in what to do next."""
GALLERY = Path(__file__).resolve().parent.parent / "docs" / "gallery.md"
_QUERY = re.compile(
    r"^```sql\n(.*?)^```\n+!\[[^\]]+\]\((images/(\w+)\.svg)\)", re.DOTALL | re.MULTILINE
)


def queries(page: str) -> list[tuple[str, str, str]]:
    """Return each query of the page: its SQL, where its picture is, and its name."""
    return [(found[1], found[2], found[3]) for found in _QUERY.finditer(page)]


def main() -> int:
    """Harvest the sample, build its zones, and draw every answer."""
    with tempfile.TemporaryDirectory() as folder:
        harvester(folder, "run", "--quiet")
        harvester(folder, "build")
        for sql, picture, name in queries(GALLERY.read_text(encoding="utf-8")):
            Path(folder, f"{name}.sql").write_text(sql, encoding="utf-8")
            console = recording_console()
            console.print(f"[green]$[/] harvester query --local -f {name}.sql", highlight=False)
            said = harvester(folder, "query", "-f", f"{name}.sql")
            console.print(said, markup=False, highlight=False, end="")
            write_picture(console, GALLERY.parent / picture)
    return 0


def harvester(folder: str, command: str, *words: str) -> str:
    """Run a command on the folder's lake, without a token, and return what it says."""
    tokens = {"TMDB_TOKEN", "TMDB_API_KEY", "TMDB_BASE_URL"}
    ended = subprocess.run(
        [HARVESTER, command, "--local", *words],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in tokens},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return ended.stdout


if __name__ == "__main__":
    sys.exit(main())
