"""Makes raw CSVs of synthetic titles, and finds the real samples when they are there."""

from pathlib import Path

import pytest

MOVIES = (
    "id|tituloPincipal|tituloOriginal|anoLancamento|tempoMinutos|genero|notaMedia|numeroVotos|"
    "generoArtista|personagem|nomeArtista|anoNascimento|anoFalecimento|profissao|"
    "titulosMaisConhecidos"
)
SERIES = MOVIES.replace("|tempoMinutos", "|anoTermino|tempoMinutos")
SHARED = Path(__file__).parents[3] / "shared"


def movies(path: Path, numbers: range | list[int], *, genre: str = "Drama") -> list[str]:
    """Write a movies.csv with two rows a title; return its ids."""
    return _write(path, MOVIES, numbers, f"|1999|100|{genre}|7.0|100|actor|X|Y|\\N|\\N|actor|tt1")


def series(path: Path, numbers: range | list[int], *, genre: str = "Drama") -> list[str]:
    """Write a series.csv with two rows a title; return its ids."""
    row = f"|1999|2001|100|{genre}|7.0|100|actor|X|Y|\\N|\\N|actor|tt1"
    return _write(path, SERIES, numbers, row)


def shared(name: str) -> Path:
    """Return a folder or file of the shared samples, or skip the test where there are none."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared material is not beside this checkout: {name}")
    return path


def _write(path: Path, header: str, numbers: range | list[int], row: str) -> list[str]:
    ids = [f"tt{number:07d}" for number in numbers]
    lines = [f"{one}|Title {one}|Original{row}" for one in ids for _ in range(2)]
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return ids
