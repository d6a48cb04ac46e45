"""Texts that aren't ours, made visible."""

import json
import unicodedata

import orjson
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.run.visible import visible, visible_json


@given(st.text(st.characters(exclude_categories=())))
@example("\x1b[31m\x9b\r\n\t\u202e\u2066\udcff")
def test_no_character_steers_a_terminal(text: str) -> None:
    """No control character, line separator, turn of direction or half of a pair is left."""
    shown = visible(text)
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(one) for one in shown} & {
        *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert shown.splitlines() in ([shown], [])
    shown.encode()


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"))))
@example("Amélie 🎬 — 天気の子 [/y]")
def test_what_people_write_is_left_as_it_is(text: str) -> None:
    """Letters of any script, signs, emoji, and what is markup elsewhere."""
    assert visible(text) == text


@given(st.text(max_size=20))
@example("\x9b31m\u202e\x7f")
def test_json_stays_equal(text: str) -> None:
    """What JSON need not escape is escaped, and means the same."""
    content = {text: [text, "\n"]}
    shown = visible_json(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
    assert json.loads(shown) == content
    assert not any(unicodedata.category(one) == "Cc" for one in shown if one != "\n")
