"""The bundled sample: in the raw format of the real CSVs, with their irregularities."""

import re
from pathlib import Path

import pytest

from harvester.model import Kind
from harvester.sample import SAMPLE
from harvester.simulator.identity import identify

COLUMNS = {"movie": 15, "series": 16}


def rows_of(path: Path) -> list[list[str]]:
    """Return the fields of every line after the header."""
    return [line.split("|") for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def ids_of(path: Path) -> set[str]:
    """Return the well-formed ids of a CSV."""
    return {row[0] for row in rows_of(path) if re.fullmatch(r"tt\d{7,8}", row[0])}


@pytest.mark.parametrize("kind", ["movie", "series"])
def test_the_format_is_the_real_files(kind: Kind) -> None:
    """UTF-8 without BOM, LF, the header's typo, and 15 or 16 columns."""
    content = SAMPLE[kind].read_bytes()
    header = content.decode("utf-8").split("\n", 1)[0].split("|")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert header[:3] == ["id", "tituloPincipal", "tituloOriginal"]
    assert header[-1] == "titulosMaisConhecidos"
    assert len(header) == COLUMNS[kind]
    assert ("anoTermino" in header) == (kind == "series")


def test_it_is_as_big_as_a_demo_needs() -> None:
    """About 100 movies of about 4 rows, and about 20 series."""
    assert 95 <= len(ids_of(SAMPLE["movie"])) <= 110
    assert 3.5 < len(rows_of(SAMPLE["movie"])) / len(ids_of(SAMPLE["movie"])) < 4.6
    assert 18 <= len(ids_of(SAMPLE["series"])) <= 25


def test_three_rows_are_to_be_rejected() -> None:
    """Exactly three rows of the movies have no usable id, and every other row is whole."""
    bad = [row for row in rows_of(SAMPLE["movie"]) if not re.fullmatch(r"tt\d{7,8}", row[0])]
    assert len(bad) == 3
    assert all(len(row) == 15 for row in rows_of(SAMPLE["movie"]) if row not in bad)
    assert all(len(row) == 16 for row in rows_of(SAMPLE["series"]))


def test_the_traps_of_the_real_files_are_there() -> None:
    """A leading quote, other titles' ids, nulls, accents, CJK, `&`, repeated ids."""
    rows = rows_of(SAMPLE["movie"])
    text = SAMPLE["movie"].read_text(encoding="utf-8")
    assert any(row[1].startswith('"') for row in rows)
    assert len(re.findall(r"tt\d{7,8}", text)) > 2 * len(rows)
    assert any(row[4] == r"\N" for row in rows)
    assert any(row[5] == r"\N" for row in rows)
    assert any(row[13:14] == [""] for row in rows)
    assert "七人の侍" in text
    assert "기생충" in text
    assert "Léon" in text
    assert "Lilo & Stitch" in text
    order = [row[0] for row in rows]
    toy_story = [place for place, found in enumerate(order) if found == "tt0114709"]
    assert toy_story[-1] - toy_story[0] >= len(toy_story)


def test_one_id_stands_in_both_files() -> None:
    """Band of Brothers is in both, so that the first-input rule can be seen."""
    assert ids_of(SAMPLE["movie"]) & ids_of(SAMPLE["series"]) == {"tt0185906"}


def test_the_sample_shows_every_outcome() -> None:
    """A demo shows movies, series, a wrong kind in the CSV, and unmatched titles."""
    movies = [identify(1, int(found[2:])) for found in ids_of(SAMPLE["movie"])]
    series = [identify(1, int(found[2:])) for found in ids_of(SAMPLE["series"])]
    assert sum(identity.is_a("tv") for identity in movies) >= 2
    assert sum(not identity.kinds for identity in movies) == 3
    assert sum(not identity.kinds for identity in series) == 1
    assert sum(identity.is_a("tv") for identity in series) == len(series) - 1
