"""Which columns of a header hold what a condition asks for, by their usual names."""

from collections.abc import Iterable, Sequence
from typing import Final

from harvester.lake.conditions import Condition, Field, folded

__all__ = ["Places", "column_names", "places", "title_column", "votes_column"]

Places = dict[Field, tuple[int, ...]]
"""The columns of each field; a title is in two, the main and the original one."""

_NAMES: Final[dict[Field, tuple[tuple[str, ...], ...]]] = {
    "title": (
        ("tituloPincipal", "title", "tituloPrincipal", "primaryTitle", "titulo"),
        ("tituloOriginal", "originalTitle"),
    ),
    "year": (("anoLancamento", "year", "startYear", "releaseYear", "ano"),),
    "genre": (("genero", "genres", "genre"),),
    "person": (
        ("nomeArtista", "primaryName", "artista", "artist", "person", "actor", "actress", "name"),
    ),
    "character": (("personagem", "characters", "character"),),
}
"""For each column the names it may have, the best first: those of the course's files (with the typo
of their header) and of IMDb's datasets (https://developer.imdb.com/non-commercial-datasets/), then
usual ones."""

_VOTES: Final = ("numeroVotos", "numVotes", "imdbVotes", "votes")
"""Names of the column of votes at IMDb, the best first: likewise."""

_SHOWN: Final = 2
_SEPARATORS: Final = str.maketrans("", "", " _-#\ufeff\u200b")


def places(names: Sequence[str], where: Iterable[Condition]) -> Places:
    """Return the columns of each field that is asked for; none for one that a header lacks."""
    known = [_plain(name) for name in names]
    return {field: _columns(known, field) for field in {one.field: None for one in where}}


def column_names(field: Field) -> str:
    """Return what a column of a field is called, as a message names it."""
    return " or ".join(_NAMES[field][0][:_SHOWN])


def title_column(names: Sequence[str]) -> int | None:
    """Return the column of a title's name, or None without one."""
    return next(iter(_columns([_plain(name) for name in names], "title")), None)


def votes_column(names: Sequence[str]) -> int | None:
    """Return the column of how many people have rated a title, or None without one."""
    known = [_plain(name) for name in names]
    return next((known.index(name) for name in map(_plain, _VOTES) if name in known), None)


def _columns(known: list[str], field: Field) -> tuple[int, ...]:
    found = (
        next((known.index(name) for name in map(_plain, names) if name in known), None)
        for names in _NAMES[field]
    )
    return tuple(place for place in found if place is not None)


def _plain(name: str) -> str:
    return folded(name).translate(_SEPARATORS)
