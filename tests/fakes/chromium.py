"""A real browser without a network, and the errors that it reported."""

import asyncio
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from playwright.sync_api import Browser, Page, sync_playwright

T = TypeVar("T")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = "no chromium on this machine: apt-get install chromium"

WIDTHS = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(slots=True)
class Seen:
    """An open page, with every error it reported and every request it made."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def colour(self, selector: str, name: str = "backgroundColor") -> str:
        """Return a computed colour."""
        script = f"element => getComputedStyle(element).{name}"
        return str(self.page.eval_on_selector(selector, script))

    def fits(self) -> bool:
        """Return whether nothing is wider than the window."""
        wide: Any = self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return bool(wide)

    def reached(self, presses: int) -> list[str]:
        """Return the elements that the Tab key reaches, as tag and id or class."""
        found = []
        for _ in range(presses):
            self.page.keyboard.press("Tab")
            script = "(e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : ''))"
            found.append(str(self.page.evaluate(f"{script}(document.activeElement)")))
        return found


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium. Until its end no other loop can run in this thread: Playwright's does."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in another thread: in this one Playwright's loop may run."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@contextmanager
def opened(
    browser: Browser, path: Path, *, width: int = 1280, scheme: Literal["light", "dark"] = "light"
) -> Iterator[Seen]:
    """Open a file offline, in a profile of its own."""
    with browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    ) as context:
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.goto(path.resolve().as_uri())
        yield seen
