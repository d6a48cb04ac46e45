"""Draw docs/images/report.png and analysis.png: the pages of the bundled sample, in Chromium.

Needs Debian's chromium. Numbers and times differ from run to run, so nobody compares the pictures;
draw them again when the pages change: `make pictures`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from draw_queries import harvester
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"

COMMANDS = (
    "run --quiet",
    "report -o report.html",
    "trusted",
    "refined",
    "analyse -o analysis.html",
)
PAGES = {"report": 1020, "analysis": 1110}
"""How far down each picture goes, in pixels."""

MAX_BYTES = 150_000


def main() -> int:
    """Draw both pictures; 1 when one is too large to stand in a repository."""
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            harvester(folder, *command.split())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            for name, height in PAGES.items():
                page = browser.new_page(viewport={"width": 1180, "height": height})
                page.goto(Path(folder, f"{name}.html").as_uri())
                page.wait_for_timeout(3000)
                page.screenshot(path=IMAGES / f"{name}.png")
            browser.close()
    large = [name for name in PAGES if (IMAGES / f"{name}.png").stat().st_size > MAX_BYTES]
    print(*large, sep="\n", end="")  # noqa: T201 - the answer
    return bool(large)


if __name__ == "__main__":
    sys.exit(main())
