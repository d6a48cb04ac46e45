"""What the pages share: texts in two languages, numbers, and a content security policy."""

import re
import string
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.pages import LANGUAGES, load_texts
from harvester.pages.numbers import dollars, duration, milliseconds, moment, number, percent, size
from harvester.pages.rendering import data

TEMPLATES = [
    (path.name, path.read_text(encoding="utf-8"))
    for path in (files("harvester.pages") / "templates").iterdir()
]


def leaves(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text by its dotted name."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield above + name, value


def fields(text: str) -> set[str]:
    """Return the names of a text's placeholders, those in another's words for a number, too."""
    found: set[str] = set()
    for _, name, form, _ in string.Formatter().parse(text):
        if name:
            found |= {name} | fields(form or "")
    return found


def test_both_languages_say_the_same_things() -> None:
    """The same names, the same placeholders, and no text untranslated or empty."""
    english, portuguese = (dict(leaves(load_texts(language).content)) for language in LANGUAGES)
    assert english.keys() == portuguese.keys()
    for name, text in english.items():
        assert fields(text) == fields(portuguese[name]), name
        assert text.strip(), name
        assert portuguese[name].strip(), name


def test_every_text_that_a_template_asks_for_exists() -> None:
    """Including those of branches that no test covers."""
    known = dict(leaves(load_texts("en").content))
    for name, template in TEMPLATES:
        for asked in re.findall(r"\bt\('([^']+)'\s*[,)]", template):
            assert asked in known, f"{name} asks for {asked}"


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (number(1234567, "en"), "1,234,567"),
        (number(1234567.25, "pt-BR", 2), "1.234.567,25"),
        (percent(1, 100_000, "en"), "0.1%"),
        (percent(99_999, 100_000, "pt-BR"), "99,9%"),
        (percent(3, 3, "en"), "100%"),
        (percent(0, 3, "en"), "0%"),
        (percent(0, 0, "en"), "0%"),
        (size(999, "en"), "999 B"),
        (size(4_812_345, "pt-BR"), "4,8 MB"),
        (size(12e9, "en"), "12.0 GB"),
        (milliseconds(84.4, "en"), "84 ms"),
        (milliseconds(1250, "pt-BR"), "1,2 s"),
        (dollars(0.0001234, "en"), "US$ 0.0001"),
        (dollars(12.5, "pt-BR"), "US$ 12,50"),
        (dollars(0, "en"), "US$ 0.00"),
        (duration(119), "119 s"),
        (duration(7199), "119 min"),
        (duration(11_100), "3 h 05 min"),
        (duration(200_000), "2 d 7 h"),
        (moment("2026-11-24T07:00:00Z"), "2026-11-24 07:00 UTC"),
    ],
)
def test_numbers_are_written_as_their_readers_write_them(found: str, wanted: str) -> None:
    """Separators by language; a share is never rounded to all or nothing."""
    assert found.replace("\N{NO-BREAK SPACE}", " ") == wanted


def test_what_aws_lambda_runs_needs_no_template_library() -> None:
    """The layer leaves jinja2 out: only the pages import it."""
    code = "import handlers, harvester.run.harvest, sys; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_no_value_ends_the_script_element_it_stands_in(value: Any) -> None:
    """Whatever a reason or a title contains, no tag begins in it."""
    assert "<" not in data(value)
