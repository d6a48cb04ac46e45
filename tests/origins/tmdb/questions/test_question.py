"""The text of a question: what it asks, one way to write it, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import InputError
from harvester.origins.tmdb.questions.question import parse_question


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tmdb:movie/The Matrix", "tmdb:movie/The%20Matrix"),
        ("tmdb:movie/The Matrix", "tmdb:Movie/ The  Matrix "),
        ("tmdb:movie/Face/Off", "tmdb:movie/Face%2FOff"),
        ("tmdb:movie/Ame\u0301lie?year=2001", "tmdb:movie/Am\u00e9lie?year=2001"),
        ("tmdb:genre/War?votes=9&year=1999", "tmdb:genre/War?year=1999&votes=9"),
        ("tmdb:person/6384?character=Neo", "tmdb:person/6384?character=%4Eeo"),
    ],
)
def test_a_question_has_one_form(one: str, other: str) -> None:
    """Spaces, percent-encoding, composition and order do not make another run."""
    assert parse_question(one) == parse_question(other)
    assert parse_question(one).facts.sha256 == parse_question(other).facts.sha256


@pytest.mark.parametrize(
    ("text", "name", "parameters"),
    [
        ("tmdb:movie/O Brother, Where Art Thou?", "O Brother, Where Art Thou?", {}),
        ("tmdb:movie/Where?year=2000", "Where", {"year": "2000"}),
        ("tmdb:movie/Where Art Thou??year=2000", "Where Art Thou?", {"year": "2000"}),
        ("tmdb:movie/100% Wolf", "100% Wolf", {}),
        ("tmdb:movie/2 + 2", "2 + 2", {}),
    ],
)
def test_a_name_may_hold_what_urls_give_a_meaning(
    text: str, name: str, parameters: dict[str, str]
) -> None:
    """Only what looks like parameters ends a name."""
    question = parse_question(text)
    assert (question.name, question.parameters) == (name, parameters)


def test_a_number_is_an_id_unless_a_year_says_that_it_is_a_title() -> None:
    """`300` is a title of 2006 and an id; only the year tells which is meant."""
    assert parse_question("tmdb:movie/300").title == ("movie", 300)
    assert parse_question("tmdb:tv/1399").title == ("tv", 1399)
    assert parse_question("tmdb:movie/300?year=2006").title is None
    assert parse_question("tmdb:collection/2344").tmdb_id == 2344
    assert parse_question("tmdb:collection/2344").title is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tmdb:character/Neo", "--where character=C"),
        ("tmdb:person/?character=Neo", "--where character=C"),
        ("tmdb:movie/Heat?character=Neo", "takes year"),
        ("tmdb:movie/Heat?character=Neo", "--where character=C"),
        ("tmdb:movie/", "names nothing"),
        ("tmdb:movie/ ", "names nothing"),
        ("tmdb:movie/Heat?year=95", "year of four digits"),
        ("tmdb:movie/Heat?year=1995..1996", "year of four digits"),
        ("tmdb:genre/War?year=1999..1990", "1990..1999"),
        ("tmdb:genre/War?year=0000", "year of four digits"),
        ("tmdb:genre/War?year=0000..1999", "year of four digits"),
        ("tmdb:movie/Heat?year=0000", "year of four digits"),
        ("tmdb:genre/War?votes=-1", "votes=-1"),
        ("tmdb:genre/War?kind=series", "kind=movie or kind=tv"),
        ("tmdb:genre/War?with_genres=28", "takes kind, year, votes"),
        ("tmdb:collection/X?year=1999", "takes no parameters"),
        ("tmdb:person/X?character=A&job=B", "give one of them"),
        ("tmdb:person/X?job=A&job=B", "twice"),
        ("tmdb:person/X?job=", "empty 'job'"),
        ("tmdb:movie/a%00b", "holds what no name has"),
        ("tmdb:movie/" + "x" * 501, "holds what no name has"),
    ],
)
def test_what_is_no_question_is_one_sentence(text: str, said: str) -> None:
    """It begins with what was asked and names what may be asked instead."""
    with pytest.raises(InputError) as caught:
        parse_question(text)
    assert str(caught.value).startswith(text[:20].strip())
    assert said in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_a_question_or_one_sentence(text: str) -> None:
    """No text ends in another error, and what is taken is taken again from its one form."""
    try:
        question = parse_question(f"tmdb:{text}")
    except InputError as error:
        said = str(error)
    else:
        said = "taken"
        assert parse_question(question.canonical) == question
    assert said.isprintable()


@given(
    st.sampled_from(["movie", "tv", "person", "collection", "genre"]),
    st.text(min_size=1, max_size=40).filter(lambda name: name.isprintable()),
)
def test_any_printable_name_can_be_asked_for(topic: str, name: str) -> None:
    """Percent-encoding carries every name; only one of white space names nothing."""
    from urllib.parse import quote  # noqa: PLC0415 - what a user's program would call

    if name.strip():
        question = parse_question(f"tmdb:{topic}/{quote(name, safe='')}")
        assert parse_question(question.canonical) == question
