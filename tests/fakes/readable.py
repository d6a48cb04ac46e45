"""What a person can't read on an open page: text that is cut, and what axe-core finds."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = frozenset({"serious", "critical"})

_CUT = Path(__file__).with_name("cut_texts.js").read_text(encoding="utf-8")

# Of text on a gradient axe can't tell the contrast; the gradients are the shades of what scrolls.
_PLAIN = "*, *::before, *::after { background-image: none !important; transition: none !important }"

_UNNAMED = """() => {
    const words = (element) => (element.innerText ?? element.textContent).trim();
    const name = (element) => element.getAttribute("aria-label")
        ?? (element.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean)
            .map((id) => words(document.getElementById(id))).join(" ");
    const bare = (table) => !table.caption?.textContent.trim()
        || ![...table.tHead?.rows[0]?.cells ?? []].every((cell) => cell.scope === "col");
    return [
        ...[...document.querySelectorAll("[role=img], [role=group]")].filter((e) => !name(e)),
        ...[...document.querySelectorAll("svg")]
            .filter((e) => !e.closest("[role=img], [aria-hidden=true]")),
        ...[...document.querySelectorAll("table")].filter(bare),
    ].map((element) => element.outerHTML.slice(0, 120));
}"""


def unnamed(page: Page) -> list[str]:
    """Return charts without a name, and tables without a caption or heads for their columns."""
    found: Any = page.evaluate(_UNNAMED)
    return list(found)


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
