"""Genres, countries, languages and states on the page, as its language calls them."""

from typing import Any

import pytest

from harvester.zones.analysis.page_names import with_page_names
from harvester.zones.analysis.questions import QUESTIONS

ROWS: dict[str, list[dict[str, Any]]] = {
    "genres": [{"genre": "Comedy"}],
    "keywords": [{"genre": "Comedy", "keyword": "France"}],
    "genre_ratings": [{"name": None}, {"name": "Comedy"}],
    "director_ratings": [{"name": None}, {"name": "Comedy"}],
    "places": [{"part": "country", "name": "France"}, {"part": "language", "name": "French"}],
    "franchises": [{"name": "Comedy"}, {"name": "Ended"}],
    "going": [{"name": "Returning Series"}, {"name": "Ended"}, {"name": "Comedy"}],
}
PORTUGUESE: dict[str, list[dict[str, Any]]] = {
    "genres": [{"genre": "Comédia"}],
    "keywords": [{"genre": "Comédia", "keyword": "France"}],
    "genre_ratings": [{"name": None}, {"name": "Comédia"}],
    "director_ratings": ROWS["director_ratings"],
    "places": [{"part": "country", "name": "França"}, {"part": "language", "name": "francês"}],
    "franchises": ROWS["franchises"],
    "going": [{"name": "Em andamento"}, {"name": "Encerrada"}, {"name": "Comedy"}],
}


@pytest.mark.parametrize("name", ROWS)
def test_names_are_those_of_the_pages_language(name: str) -> None:
    """Of genres wherever they stand, of the other kinds in a column; any other name stays."""
    names = next(question.names for question in QUESTIONS if question.name == name)
    assert with_page_names({"all": ROWS[name]}, "pt-BR", names) == {"all": PORTUGUESE[name]}
    assert with_page_names({"all": ROWS[name]}, "en", names) == {"all": ROWS[name]}
