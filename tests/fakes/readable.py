"""What a person can't read on an open page: text that is cut, and what axe-core finds."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = frozenset({"serious", "critical"})

_CUT = Path(__file__).with_name("cut_texts.js").read_text(encoding="utf-8")

# Of text on a gradient axe can't tell the contrast; the gradients are the shades of what scrolls.
_PLAIN = "*, *::before, *::after { background-image: none !important; transition: none !important }"


def cut(page: Page) -> list[str]:
    """Return each text that is cut without a hint, and how; collapsed sections are opened."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found: Any = page.evaluate(_CUT)
    return list(found)


def faults(page: Page) -> list[str]:
    """Return the serious and critical faults that axe-core finds, each with the elements."""
    plain = page.add_style_tag(content=_PLAIN)
    results = Axe().run(page).response["violations"]
    plain.evaluate("style => style.remove()")
    return [
        f"{fault['impact']} {fault['id']}: {node['target'][0]} {node['failureSummary']}"
        for fault in results
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
