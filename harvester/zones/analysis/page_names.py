"""Rows whose genres, countries, languages and states are called as the page's language does."""

from typing import Final

from harvester.pages import Language, NameKind, translated_name
from harvester.zones.analysis.choices import Row, Rows

_PARTS: Final[dict[str, NameKind]] = {"country": "country", "language": "language"}
"""Parts of a ranking whose `name` is one to translate; people and franchises have their own."""


def with_page_names(rows: Rows, language: Language, names: NameKind | None = None) -> Rows:
    """Return a question's rows with the names of a page's language; `names` is of which kind."""
    return {choice: [_row(row, language, names) for row in some] for choice, some in rows.items()}


def _row(row: Row, language: Language, names: NameKind | None) -> Row:
    if "genre" in row:
        return {**row, "genre": translated_name("genre", row["genre"], language)}
    kind = names or _PARTS.get(row.get("part", ""))
    if kind is not None and row["name"] is not None:
        return {**row, "name": translated_name(kind, row["name"], language)}
    return row
