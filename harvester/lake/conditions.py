"""Conditions on the rows of a CSV: `FIELD=VALUE` as a user writes it, and which texts are equal."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal, get_args

from harvester.hints import nearest

__all__ = ["FIELDS", "NULL", "SPACE", "Condition", "Field", "condition", "folded", "words", "years"]

Field = Literal["title", "year", "genre", "person", "character"]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)

NULL: Final = "\\N"
"""No value, in the course's files and in IMDb's datasets."""

SPACE: Final = " \t\n\r\v\f"
"""White space around a value, which counts for nothing."""

_ACCENTS: Final = re.compile("[\u0300-\u034e\u0350-\u036f]+")  # the usual ones of all that combine
_YEARS: Final = re.compile(r"(\d{4})(?:\.\.(\d{4}))?", re.ASCII)
_SHOWN: Final = 60
_TAKES: Final = (
    "takes FIELD=VALUE, and FIELD is one of title, year, genre, person, character"  # `FIELDS`
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One value that one field of a row may have; `value` is as the user wrote it."""

    field: Field
    value: str

    def __str__(self) -> str:
        """Return it as `condition` reads it."""
        return f"{self.field}={self.value}"

    @property
    def canonical(self) -> str:
        """The same text for all conditions that the same rows hold."""
        match self.field:
            case "character":
                value = " ".join(words(self.value))
            case "year":
                span = years(self.value)
                value = f"{span[0]}" if len(span) == 1 else f"{span[0]}..{span[-1]}"
            case _:
                value = folded(self.value)
        return f"{self.field}={value}"


def condition(text: str) -> Condition:
    """Return the condition that a user wrote.

    Raises `ValueError`, a sentence without a subject that names the text.
    """
    not_this = f", not {text[:_SHOWN]!r}"
    name, sign, value = (part.strip() for part in text.partition("="))
    field = next((each for each in FIELDS if each == name.casefold()), None)
    if field is None or not sign:
        raise ValueError(f"{_TAKES}{nearest(name.casefold(), FIELDS)}{not_this}")
    if field == "year" and not years(value):
        raise ValueError(f"{_TAKES}: a year is such as 1999, or 1999..2003{not_this}")
    has_value = words(value) if field == "character" else folded(value)
    if not has_value or folded(value) == folded(NULL):
        raise ValueError(f"{_TAKES}: give {field} a value{not_this}")
    return Condition(field, value)


def folded(text: str) -> str:
    """Return a text without case, accents and the white space around it: equal texts are equal."""
    if text.isascii():
        return text.strip(SPACE).lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold())
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return plain.strip(SPACE)


def words(text: str) -> list[str]:
    """Return the words of a text, folded; punctuation only separates them."""
    return re.findall(r"\w+", folded(text))


def years(text: str) -> range:
    """Return the years that `1999` or `1999..2003` names; none for any other text."""
    found = _YEARS.fullmatch(text.strip())
    return range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)
