r"""A movies.csv like the real one: as many rows, ids and bytes, and the same oddities.

1,045,161 rows of about 244,500 ids sorted as text, 15 columns separated by `|`, nothing quoted,
`\N` for null, titles that begin with a double quote, accents, the ids of other titles in the last
column. As a program, `python -m benchmarks.movies_csv FOLDER` writes it and its gzip there.
"""

import gzip
import random
import sys
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

ROWS = 1_045_161
IDS = 244_500
HEADER = (
    "id|tituloPincipal|tituloOriginal|anoLancamento|tempoMinutos|genero|notaMedia|numeroVotos|"
    "generoArtista|personagem|nomeArtista|anoNascimento|anoFalecimento|profissao|"
    "titulosMaisConhecidos"
)
_WORDS = (
    *("The", "of", "a", "and", "Night", "Day", "Love", "House", "Man", "Woman", "Dark", "River"),
    *("Lost", "Story", "Great", "Life", "World", "City", "Last", "First", "Road", "Häxan", "Été"),
    *("Ryûji", "Gekijô", "Mañana", "Straße"),
)
_GENRES = ("Drama", "Drama,Romance", "Comedy", "Action,Adventure,Sci-Fi", "Documentary", "\\N")
_JOBS = ("actor", "actress,soundtrack", "actor,director,producer", "actor,writer,soundtrack", "")
_BLOCK = 2_000


def paths(folder: Path) -> tuple[Path, Path]:
    """Return where the file and its gzip lie."""
    return folder / "movies.csv", folder / "movies.csv.gz"


def write(folder: Path) -> None:
    """Write the file and its gzip; the gzip appears last, and whole."""
    plain, packed = paths(folder)
    folder.mkdir(parents=True, exist_ok=True)
    part = packed.with_suffix(".part")
    with (
        plain.open("wb") as file,
        part.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as squeezed,
    ):
        for block in _blocks():
            file.write(block)
            squeezed.write(block)
    part.rename(packed)


def _blocks() -> Iterator[bytes]:
    chance = random.Random("movies.csv")
    numbers = sorted(f"tt{number:07d}" for number in chance.sample(range(9, 12_000_000), IDS))
    rows = _rows_of_each(chance)
    yield f"{HEADER}\n".encode()
    lines: list[str] = []
    for imdb_id, count in zip(numbers, rows, strict=True):
        lines += _title(chance, imdb_id, count)
        if len(lines) > _BLOCK:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def _rows_of_each(chance: random.Random) -> list[int]:
    """Return how many rows each id has: 2 to 7, `ROWS` in all."""
    ends = list(accumulate(chance.uniform(0.5, 1.5) for _ in range(IDS)))
    scale = ROWS / ends[-1]
    marks = [0, *(round(end * scale) for end in ends)]
    return [later - earlier for earlier, later in pairwise(marks)]


def _title(chance: random.Random, imdb_id: str, count: int) -> list[str]:
    title = " ".join(chance.choices(_WORDS, k=chance.randint(1, 5)))
    if chance.random() < 0.002:  # noqa: PLR2004 - one title in 500 begins with a quote
        title = f'"{title}'
    year, minutes = chance.randint(1894, 2022), chance.randint(60, 200)
    score, votes = chance.randint(10, 99) / 10, chance.randint(5, 99_999)
    genre = chance.choice(_GENRES)
    head = f"{imdb_id}|{title}|{title}|{year}|{minutes}|{genre}|{score}|{votes}|"
    return [head + _artist(chance) for _ in range(count)]


def _artist(chance: random.Random) -> str:
    first, last, role, other = chance.choices(_WORDS, k=4)
    born = str(chance.randint(1880, 2000)) if chance.random() < 0.47 else "\\N"  # noqa: PLR2004
    known = ",".join(f"tt{number:07d}" for number in chance.choices(range(9_999_999), k=4))
    job = chance.choice(_JOBS)
    return f"actor|{role} {other}|{first} {last}son|{born}|\\N|{job}|{known}\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
