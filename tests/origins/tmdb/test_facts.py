"""The main facts of a title, out of whatever TMDB answered."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harvester.origins.tmdb.facts import title_facts

MOVIE = {
    "title": "Um Sonho de Liberdade",
    "original_title": "The Shawshank Redemption",
    "release_date": "1994-09-23",
    "genres": [{"id": 18, "name": "Drama"}, {"id": 80, "name": "Crime"}],
    "runtime": 142,
    "status": "Released",
    "vote_count": 30_246,
    "vote_average": 8.716,
    "popularity": 42.5,
}
SERIES = {
    "name": "Game of Thrones",
    "original_name": "Game of Thrones",
    "first_air_date": "2011-04-17",
    "last_air_date": "2019-05-19",
    "number_of_seasons": 8,
    "number_of_episodes": 1,
    "episode_run_time": [60],
    "created_by": [{"name": "David Benioff"}],
}


def test_a_movie() -> None:
    """All there is, in ten lines at most; long lists end in an ellipsis."""
    cast = [{"name": f"Actor {number}"} for number in range(9)]
    crew = [{"name": "A Writer", "job": "Writer"}, {"name": "Frank Darabont", "job": "Director"}]
    found = title_facts(
        {
            "details": MOVIE,
            "credits": {"cast": cast, "crew": crew},
            "keywords": {"keywords": [{"name": "prison"}]},
        }
    )
    assert found == [
        ("title", "Um Sonho de Liberdade (The Shawshank Redemption)"),
        ("released", "1994-09-23"),
        ("genres", "Drama, Crime"),
        ("length", "142 min"),
        ("status", "Released"),
        ("votes", "30,246, mean 8.716"),
        ("popularity", "42.5"),
        ("made by", "Frank Darabont"),
        ("cast", "Actor 0, Actor 1, Actor 2, Actor 3, Actor 4, …"),
        ("keywords", "prison"),
    ]


def test_a_series() -> None:
    """Its names, dates, episodes, creators and keywords have keys of their own."""
    found = dict(title_facts({"details": SERIES, "keywords": {"results": [{"name": "dragon"}]}}))
    assert found == {
        "title": "Game of Thrones",
        "released": "2011-04-17 to 2019-05-19",
        "length": "8 seasons, 1 episode, 60 min",
        "made by": "David Benioff",
        "keywords": "dragon",
    }


KEYS = st.sampled_from(
    [*MOVIE, *SERIES, "cast", "crew", "keywords", "results", "job", "details", "credits"]
)
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**3_999)
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.just("Director"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


@given(st.dictionaries(KEYS, ANY))
def test_any_body_has_facts_or_none(responses: dict[str, Any]) -> None:
    """Whatever the shapes and numbers: ten short lines at most, and none is empty."""
    found = title_facts(responses)
    assert len(found) <= 10
    assert all(value and len(value) <= 200 for _, value in found)
