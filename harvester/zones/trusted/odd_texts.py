r"""Texts that JSON allows and no text type holds: half of a surrogate pair, as in `"\ud83d"`.

TMDB sends one where a text was cut within an emoji, and the record keeps its bytes. DuckDB refuses
the whole file over it, so a copy is read in which such a text is an object: it fits no column of
texts, and becomes a reject that shows it.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"(?P<key>[ \t\r\n]*:)?', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")


def readable(paths: Iterable[str], folder: Path) -> list[str]:
    """Return paths of record files that every engine reads; copies go into `folder`.

    What is no local file is left as it is.
    """
    found = []
    for number, path in enumerate(paths):
        data = b"" if "://" in path else Path(path).read_bytes()
        if _SURROGATE.search(data) and (tame := tamed(data)) != data:
            folder.mkdir(parents=True, exist_ok=True)
            copy = folder / f"{number}-{Path(path).name}"
            copy.write_bytes(tame)
            found.append(str(copy))
        else:
            found.append(path)
    return found


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
