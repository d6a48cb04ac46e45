"""Names of TMDB in a page's language."""

import pytest

from harvester.pages import LANGUAGES, NameKind, translated_name
from harvester.pages.names import _names
from harvester.simulator.genres import GENRES_OF, IN_PORTUGUESE


@pytest.mark.parametrize(
    ("kind", "name", "translated"),
    [
        ("genre", "Science Fiction", "Ficção científica"),
        ("country", "United States of America", "Estados Unidos"),
        ("country", "Soviet Union", "União Soviética"),
        ("language", "Portuguese", "português"),
        ("state", "Ended", "Encerrada"),
        ("genre", "Drama", "Drama"),
        ("genre", "Brazil", "Brazil"),
        ("country", "Atlantis", "Atlantis"),
    ],
)
def test_a_name_is_translated_if_it_is_known(kind: NameKind, name: str, translated: str) -> None:
    """By its kind; any other stays as it is, and English stays English."""
    assert translated_name(kind, name, "pt-BR") == translated
    assert translated_name(kind, name, "en") == name


def test_genres_are_those_of_tmdb_in_portuguese() -> None:
    """Where TMDB translates one, the page says the same; none is left out by a typo of ours."""
    english = {name for genres in GENRES_OF.values() for name in genres.values()}
    assert set(_names("pt-BR")["genre"]) <= english
    for number, name in IN_PORTUGUESE.items():
        names = {genres[number] for genres in GENRES_OF.values() if number in genres}
        assert {translated_name("genre", one, "pt-BR") for one in names} == {name}


def test_no_two_genres_become_one() -> None:
    """A chart would draw them over each other."""
    for language in LANGUAGES:
        named = list(_names(language).get("genre", {}).values())
        assert len(set(named)) == len(named)
