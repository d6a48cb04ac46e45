"""The simulator's genres are TMDB's own, whose ids and names are public."""

from asked_library import asked, body_of

from harvester.simulator.library import Library
from harvester.simulator.words import ALL_GENRES

LIBRARY = Library(1)


def names(path: str) -> dict[int, str]:
    """Return the names of a list of genres by id."""
    return {one["id"]: one["name"] for one in body_of(LIBRARY, path)["genres"]}


def test_there_are_19_genres_of_movies_and_16_of_series() -> None:
    """Each is an id and a name; eight are only movies' and seven of ten only series'."""
    movies, series = names("genre/movie/list"), names("genre/tv/list")
    assert (len(movies), len(series)) == (19, 16)
    assert movies[878] == "Science Fiction"
    assert series[10765] == "Sci-Fi & Fantasy"
    assert set(movies) & set(series) == {16, 35, 80, 99, 18, 10751, 9648, 37}
    assert list(body_of(LIBRARY, "genre/movie/list")) == ["genres"]
    assert list(body_of(LIBRARY, "genre/movie/list")["genres"][0]) == ["id", "name"]


def test_names_are_portuguese_when_asked_for() -> None:
    """By language with or without a country; any other language is English."""
    english = names("genre/movie/list")
    for language in ("pt-BR", "pt", "pt-PT"):
        portuguese = names(f"genre/movie/list?language={language}")
        assert list(portuguese) == list(english)
        assert (portuguese[28], portuguese[878]) == ("Ação", "Ficção científica")
    assert names("genre/tv/list?language=pt-BR")[37] == "Faroeste"
    for language in ("en-US", "xx", "ptx"):
        assert names(f"genre/movie/list?language={language}") == english


def test_titles_have_genres_of_the_lists() -> None:
    """Every genre that a title may have is one of its list, by the same name."""
    movies, series = names("genre/movie/list"), names("genre/tv/list")
    for of_movie, of_series in ALL_GENRES.values():
        assert movies[of_movie[0]] == of_movie[1]
        assert series[of_series[0]] == of_series[1]


def test_there_is_no_list_of_another_kind() -> None:
    """`/genre/person/list` is a 404."""
    assert asked(LIBRARY, "genre/person/list")[0] == 404
