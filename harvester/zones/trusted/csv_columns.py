"""Which column of a CSV is which of ours: the course's names, and those of IMDb's own files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from harvester.inputs.layout import SHOWN_VALUE, Layout, printable

__all__ = ["COLUMNS", "Arrangement", "arrange"]

_NAMES: dict[str, tuple[str, ...]] = {
    "tituloPincipal": ("titulopincipal", "tituloprincipal", "primarytitle", "title"),
    "tituloOriginal": ("titulooriginal", "originaltitle"),
    "anoLancamento": ("anolancamento", "startyear", "year"),
    "anoTermino": ("anotermino", "endyear"),
    "tempoMinutos": ("tempominutos", "runtimeminutes", "runtime(mins)"),
    "genero": ("genero", "genres"),
    "notaMedia": ("notamedia", "averagerating", "imdbrating"),
    "numeroVotos": ("numerovotos", "numvotes", "num.votes", "imdbvotes"),
    "generoArtista": ("generoartista",),
    "personagem": ("personagem",),
    "nomeArtista": ("nomeartista",),
    "anoNascimento": ("anonascimento",),
    "anoFalecimento": ("anofalecimento",),
    "profissao": ("profissao",),
    "titulosMaisConhecidos": ("titulosmaisconhecidos",),
}
"""Each column of the course's files by its name there, with the typo of their header; then its
names in IMDb's datasets (https://developer.imdb.com/non-commercial-datasets/) and exports, all
without case, spaces and underscores."""

COLUMNS = tuple(_NAMES)
_WITHOUT = str.maketrans("", "", " _")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How values become those of `COLUMNS`, and the names of columns that are not used, cut."""

    values: Callable[[Sequence[str]], tuple[str | None, ...]]
    ignored: list[str]


def arrange(layout: Layout) -> Arrangement:
    """Return how the rows of a file are arranged; of two columns for one the first counts."""
    folded = [name.casefold().translate(_WITHOUT) for name in layout.names]
    found = [_place(folded, names) for names in _NAMES.values()]
    used = {*found, *layout.ids}
    ignored = [
        printable(name, SHOWN_VALUE)
        for place, name in enumerate(layout.names)
        if place not in used and name
    ]
    pick: Callable[[Any], tuple[str | None, ...]] = itemgetter(
        *(0 if place is None else place + 1 for place in found)
    )
    return Arrangement(lambda values: pick((None, *values)), ignored)


def _place(folded: list[str], names: tuple[str, ...]) -> int | None:
    return next((folded.index(name) for name in names if name in folded), None)
