"""When two names are one, and which of several titles of one name is meant. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

CLEARLY: Final = 10
"""The votes (of a person, the popularity) of the one that is meant, in those of the next."""

# Marks of Latin, Greek and Cyrillic; those of other scripts tell letters apart.
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_DROPPED: Final = re.compile(r"['\u2019\u02bc`*]|(?<=\b\w)\.(?=\w\b)")
_BETWEEN: Final = re.compile(r"[\W_]+")
_ARTICLE: Final = re.compile(r"(?:the|an?) (?=\S)")


class Weighed(Protocol):
    """What has a weight: a title its votes, a person its popularity."""

    @property
    def weight(self) -> float:
        """How well it is known."""


W = TypeVar("W", bound=Weighed)


def words_of(name: str) -> list[str]:
    """Return a name's words without case, accents and punctuation; `&` is `and`."""
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", name)).casefold()
    return _BETWEEN.sub(" ", _DROPPED.sub("", folded.replace("&", " and "))).split()


def normal(name: str) -> str:
    """Return what equal names have in common; a name without any letter stands for itself."""
    return " ".join(words_of(name)) or unicodedata.normalize("NFKD", name).casefold().strip()


def normal_title(name: str) -> str:
    """Return what equal titles have in common: as `normal`, without a leading article."""
    return _ARTICLE.sub("", normal(name), count=1) if _ARTICLE.match(normal(name)) else normal(name)


def has_words(text: str, wanted: str) -> bool:
    """Return whether a text has these words, whole and in this order."""
    return f" {normal(wanted)} " in f" {normal(text)} "


def clear_winner(found: Sequence[W]) -> W | None:
    """Return the one that is meant: alone, or ten times as well known as the next. None if none."""
    ranked = sorted(found, key=lambda one: -one.weight)
    if len(ranked) > 1 and not ranked[0].weight >= CLEARLY * ranked[1].weight > 0:
        clear = ranked[0].weight > 0 == ranked[1].weight
        return ranked[0] if clear else None
    return ranked[0] if ranked else None
