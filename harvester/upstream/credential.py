"""How requests are authenticated, in a form that can't leak into logs."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_LEAST_IN_BASE64 = 8


@dataclass(frozen=True, slots=True)
class Credential:
    """What authenticates a request; its `repr` hides it.

    A v4 read token is sent in the Authorization header, a v3 key only in the query
    (https://developer.themoviedb.org/docs/authentication-application).
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.headers or self.params)

    def hidden(self, text: str) -> str:
        """Return a text with the credential replaced by `***`."""
        for value in (*self.headers.values(), *self.params.values()):
            text = without(text, value.removeprefix("Bearer "))
        return text


def without(text: str, secret: str) -> str:
    """Return a text with a secret replaced by `***`, as it is or as URLs, JSON or base64 have it.

    In base64 it may begin anywhere in what was encoded, as in `user:secret`.
    """
    if not secret:
        return text
    text = re.sub("".join(map(_in_url, secret)), "***", text)
    for form in (json.dumps(secret)[1:-1], repr(secret)[1:-1], *_in_base64(secret)):
        text = text.replace(form, "***")
    return text


def _in_url(character: str) -> str:
    """Return a pattern of a character, percent-encoded or not."""
    encoded = "".join(f"%{byte:02x}" for byte in character.encode("utf-8", "replace"))
    return f"(?:(?i:{encoded})|{re.escape(character)})"


def _in_base64(secret: str) -> Iterator[str]:
    """Yield the characters that depend on the secret alone, whatever precedes and follows it."""
    data = secret.encode("utf-8", "replace")
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode()
        certain = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        if len(certain) >= _LEAST_IN_BASE64:  # fewer may be a word
            yield certain
            yield certain.replace("+", "-").replace("/", "_")
