"""What `show` says of a series, out of whatever TVmaze answered."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.origins.tvmaze.facts import show_facts

SHOW = {
    "name": "Under the Dome",
    "premiered": "2013-06-24",
    "ended": "2015-09-10",
    "network": {"name": "CBS", "country": {"name": "United States", "code": "US"}},
    "webChannel": None,
    "schedule": {"time": "22:00", "days": ["Thursday"]},
    "genres": ["Drama", "Thriller"],
    "averageRuntime": 60,
    "status": "Ended",
    "rating": {"average": 6.5},
}
CAST = [{"person": {"name": name}} for name in ("A", "B", "A", "C", "D", "E", "F")]


def test_the_main_facts() -> None:
    """One line each; an actor with two roles is named once."""
    assert show_facts({"show": SHOW, "episodes": [{}] * 39, "cast": CAST}) == [
        ("title", "Under the Dome"),
        ("on air", "2013-06-24 to 2015-09-10"),
        ("network", "CBS (United States)"),
        ("schedule", "Thursday 22:00"),
        ("genres", "Drama, Thriller"),
        ("length", "39 episodes, 60 min"),
        ("status", "Ended"),
        ("rating", "6.5"),
        ("cast", "A, B, C, D, E, …"),
    ]


@pytest.mark.parametrize(
    ("show", "wanted"),
    [
        ({"network": None, "webChannel": {"name": "Netflix", "country": None}}, "Netflix"),
        ({"network": None, "webChannel": None}, None),
    ],
)
def test_what_is_online_has_a_channel(show: dict[str, Any], wanted: str | None) -> None:
    """A network, else a channel of the web, which may have no country."""
    assert dict(show_facts({"show": show})).get("network") == wanted


ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*SHOW, "person", "country", "days"]), inner),
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["show", "episodes", "cast"]), ANY))
def test_any_other_shape_is_left_out(responses: dict[str, Any]) -> None:
    """Whatever came, there are lines of text or none."""
    for name, value in show_facts(responses):
        assert name
        assert 0 < len(value) <= 161
