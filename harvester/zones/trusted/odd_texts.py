r"""Texts that JSON allows and no text type holds: half of a surrogate pair, as in `"\ud83d"`.

TMDB sends one where a text was cut within an emoji, and the record keeps its bytes. DuckDB refuses
the whole file over it, so a copy is read in which such a text is an object: it fits no column of
texts, and becomes a reject that shows it.
"""

import json
import re

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"(?P<key>[ \t\r\n]*:)?', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")


def engine_text(data: bytes) -> bytes:
    """Return JSON that every engine reads: the very same bytes, unless a text in them is odd."""
    if not _SURROGATE.search(data) or (tame := tamed(data)) == data:
        return data
    return tame


def tamed(data: bytes) -> bytes:
    r"""Return JSON in which each text with half a pair is `{"not_unicode":"…\\ud83d…"}`. Pure.

    In a key the half becomes U+FFFD.
    """
    return _TEXT.sub(_replaced, data)


def _replaced(found: re.Match[bytes]) -> bytes:
    whole, colon = found[0], found["key"] or b""
    if not _SURROGATE.search(whole):
        return whole
    text = json.loads(whole[: len(whole) - len(colon)].decode(), strict=False)
    if not _HALF.search(text):
        return whole
    if colon:
        return json.dumps(_HALF.sub("\ufffd", text)).encode() + colon
    shown = _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)
    return json.dumps({"not_unicode": shown}, separators=(",", ":")).encode()
