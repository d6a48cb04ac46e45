"""Every page in a real browser, at every width: nothing is cut, and no axe-core fault is grave."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import chromium
import pytest
import readable
import written_pages
from playwright.sync_api import Browser, Page

from harvester.pages import LANGUAGES, Language

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium.CHROMIUM is None, reason=chromium.MISSING),
]

WIDTHS = (390, 768, 1280)
Writes = Callable[[Path, Language], Coroutine[Any, Any, Path]]

# A chart is as wide as its card once Vega has seen the window's new size.
_SETTLED = """() => [...document.querySelectorAll(".vega:not([hidden])")].every((figure) => {
    const svg = figure.querySelector("svg");
    return svg && Math.abs(svg.getBoundingClientRect().width - figure.clientWidth) < 3;
})"""


def wear(page: Page, scheme: Any) -> None:
    """Change the colour scheme, and wait until the charts are drawn in it."""
    page.evaluate("delete document.documentElement.dataset.drawn")
    page.emulate_media(color_scheme=scheme)
    if page.locator(".vega").count():
        page.wait_for_selector("html[data-drawn]", state="attached")


@pytest.mark.parametrize(
    "writes",
    [written_pages.write_report, written_pages.write_analysis, written_pages.write_index],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_read(
    browser: Browser, tmp_path: Path, writes: Writes, language: Language
) -> None:
    """Light and dark: each text is whole or scrolls with a hint; colours, names and roles hold."""
    path = chromium.run(writes(tmp_path, language))
    found: list[str] = []
    with chromium.opened(browser, path, scheme="dark") as seen:
        page = seen.page
        for scheme in chromium.SCHEMES:
            wear(page, scheme)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_function(_SETTLED)
                found += [f"{scheme} {width}: {one}" for one in readable.cut(page)]
            found += [f"{scheme}: {one}" for one in readable.faults(page)]
        found += [f"no name: {one}" for one in readable.unnamed(page)]
        assert seen.complaints == []
    assert "\n".join(found) == ""


FAULTY = """<!DOCTYPE html><html lang="en"><title>Faulty</title><main><h1>Faulty</h1>
<p style="width: 5rem; overflow: hidden; white-space: nowrap">cut by its own box</p>
<p style="margin-left: 80rem; white-space: nowrap">outside of the window</p>
<div style="width: 5rem; overflow-x: auto; white-space: nowrap">scrolls, and nobody knows</div>
<p style="color: #999; background: #aaa">pale</p><button></button>
<div role="img"></div><svg></svg><table><tr><td>1</td></tr></table><p>sound</p></main></html>"""


def test_what_judges_the_pages_sees_faults(browser: Browser, tmp_path: Path) -> None:
    """Text cut by a box, outside of the window, scrolled without a hint; pale; without a name."""
    path = tmp_path / "faulty.html"
    path.write_text(FAULTY, encoding="utf-8")
    with chromium.opened(browser, path, width=768) as seen:
        assert sorted(readable.cut(seen.page)) == [
            'cut by p: p "cut by its own box"',
            'outside of the window: p "outside of the window"',
            'scrolls out of the keyboard\'s reach: div "scrolls, and nobody knows"',
            'scrolls without a hint: div "scrolls, and nobody knows"',
        ]
        assert [one[:4] for one in readable.unnamed(seen.page)] == ["<div", "<svg", "<tab"]
        names = {fault.split(":")[0] for fault in readable.faults(seen.page)}
    assert names >= {"critical button-name", "serious color-contrast"}
