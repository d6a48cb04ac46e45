"""Names that come from TMDB in English, as a page in another language calls them."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from harvester.pages.texts import Language

NameKind = Literal["genre", "country", "language", "state"]


def translated_name(kind: NameKind, name: str, language: Language) -> str:
    """Return a name in a page's language; one that is not known stays as it is."""
    return _names(language).get(kind, {}).get(name, name)


@cache
def _names(language: Language) -> dict[str, dict[str, str]]:
    """Return a language's names by kind; English has no file, as nothing is translated."""
    file = files("harvester.pages") / "texts" / f"names.{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
