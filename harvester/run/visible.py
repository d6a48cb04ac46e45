"""What isn't ours, made safe to show: none of it steers a terminal or looks like another line."""

import re

# Control characters of C0 and C1, line and paragraph separators, what turns the direction of
# writing (https://www.unicode.org/reports/tr9/), and halves of surrogate pairs, which a file's name
# that is no UTF-8 has and no stream takes.
_STEERING = r"\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_UNSAFE = re.compile(rf"[\x00-\x1f{_STEERING}\ud800-\udfff]")
_UNSAFE_IN_JSON = re.compile(f"[{_STEERING}]")


def visible(text: str) -> str:
    r"""Return a text on one line, with `\x1b`, `\n`, `\u202e` for the characters themselves."""
    if text.isprintable():
        return text
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def visible_json(text: str) -> str:
    r"""Return equal JSON with `\u009b` for characters that JSON need not escape. Newlines stay."""
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
