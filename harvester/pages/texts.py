"""What the pages say, from `texts/<language>.toml`."""

import string
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from harvester.model import DEFAULT_ORIGIN

Language = Literal["en", "pt-BR"]
LANGUAGES: tuple[Language, ...] = ("en", "pt-BR")


class _Counting(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        one, is_counted, other = format_spec.partition("|")
        if not is_counted:
            return super().format_field(value, format_spec)
        return one if str(value) == "1" else other


_COUNTING = _Counting()


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language; call it with a dotted name and what its braces ask for.

    They speak of one origin: of another than the default one, the table `other` has what differs.
    """

    language: Language
    content: dict[str, Any]
    origin: str = DEFAULT_ORIGIN

    def __call__(self, name: str, /, **values: object) -> str:
        """Return the text of this name. Raises `KeyError` when there is none.

        `{titles:title|titles}` in it is the first of 1, and the other of any other number.
        """
        text = self._find(name)
        if text is None:
            raise KeyError(name)
        return _COUNTING.format(text, **values) if values else text

    def known(self, table: str, name: str) -> str | None:
        """Return a text of a table whose names come from outside, or None."""
        return self._find(table, name)

    def _find(self, path: str, *last: str) -> str | None:
        names = (*path.split("."), *last)
        own = None if self.origin == DEFAULT_ORIGIN else _leaf(self.content["other"], names)
        text = own or _leaf(self.content, names)
        return None if text is None else text.replace("{origin}", self.origin)


def load_texts(language: Language, origin: str = DEFAULT_ORIGIN) -> Texts:
    """Return a language's texts, on an origin by its name."""
    return Texts(language, _content(language), origin)


@cache
def _content(language: Language) -> dict[str, Any]:
    text = (files("harvester.pages") / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _leaf(found: Any, names: tuple[str, ...]) -> str | None:
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None
