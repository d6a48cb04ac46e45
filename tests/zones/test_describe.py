"""docs/zones.md describes the tables as they are declared."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of a declared table must be followed by `make docs`."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import zones_docs  # noqa: PLC0415 - a script, not a package

    page = (ROOT / "docs/zones.md").read_text(encoding="utf-8")
    assert zones_docs.with_tables(page) == page
    assert "zones_docs" in sys.modules
    assert "fact_title : title_id" in page
