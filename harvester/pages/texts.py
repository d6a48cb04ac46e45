"""What the pages say, from `texts/<language>.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["en", "pt-BR"]
LANGUAGES: tuple[Language, ...] = ("en", "pt-BR")


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language; call it with a dotted name and what its braces ask for."""

    language: Language
    content: dict[str, Any]

    def __call__(self, name: str, /, **values: object) -> str:
        """Return the text of this name. Raises `KeyError` when there is none."""
        found: Any = self.content
        for part in name.split("."):
            found = found[part]
        return str(found).format(**values) if values else str(found)

    def known(self, table: str, name: str) -> str | None:
        """Return a text of a table whose names come from outside, or None."""
        found: Any = self.content
        for part in table.split("."):
            found = found[part]
        text: str | None = found.get(name)
        return text


@cache
def load_texts(language: Language) -> Texts:
    """Return a language's texts."""
    text = (files("harvester.pages") / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return Texts(language, tomllib.loads(text))
