"""Conditions: what is read, what is refused, and which texts are equal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.conditions import FIELDS, Condition, condition, folded, words, years


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("title=Heat", "title", "Heat"),
        (" Person = Tom Hanks ", "person", "Tom Hanks"),
        ("title=E=mc2, or so", "title", "E=mc2, or so"),
        ("year=1999..2003", "year", "1999..2003"),
        ("CHARACTER=L", "character", "L"),
        ("title=???", "title", "???"),
    ],
)
def test_a_condition_is_read(text: str, field: str, value: str) -> None:
    """The first `=` separates; case of the field and white space around both count for nothing."""
    found = condition(text)
    assert (found.field, found.value) == (field, value)
    assert condition(str(found)) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not ''"),
        ("Heat", "not 'Heat'"),
        ("person", "not 'person'"),
        ("persn=Al", "(did you mean 'person'?), not 'persn=Al'"),
        ("actor=Al", "not 'actor=Al'"),
        ("year=199x", "a year is such as 1999, or 1999..2003, not 'year=199x'"),
        ("year=2003..1999", "a year is such as 1999"),
        ("year=1999..", "a year is such as 1999"),
        ("year=99", "a year is such as 1999"),
        ("year=\u0661\u0669\u0669\u0669", "a year is such as 1999"),
        ("year=", "a year is such as 1999"),
        ("title= ", "give title a value"),
        ("person=\\N", "give person a value"),
        ("title=\u0301", "give title a value"),
        ("character=!?", "give character a value"),
        ("title" * 50, "not 'titletitle"),
    ],
)
def test_what_is_none_is_refused_with_all_fields(text: str, says: str) -> None:
    """One short sentence lists the fields and names the text."""
    with pytest.raises(ValueError, match=f"FIELD is one of {', '.join(FIELDS)}") as caught:
        condition(text)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amélie", "AMELIE"),
        ("ﬁlm", "Film"),
        ("Straße", "STRASSE"),
        (" Heat\t", "heat"),
        ("Été\u00a0", "e\u0301te\u0301"),
        ("ÅNGSTRÖM", "angstrom"),
    ],
)
def test_case_and_accents_count_for_nothing(one: str, other: str) -> None:
    """Nor do white space at the ends and how a character is composed."""
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("Heat", "Heats"), ("a b", "ab"), ("a-b", "a b")])
def test_anything_else_counts(one: str, other: str) -> None:
    """Only what is equal is equal: nothing is guessed."""
    assert folded(one) != folded(other)


@given(st.text())
def test_folding_is_what_it_says_and_needs_no_second_time(text: str) -> None:
    """NFKD, case folded, nothing that combines; the faster ways for most texts give the same."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    assert folded(text) == kept.strip(" \t\n\r\v\f")
    assert folded(folded(text)) == folded(text)


@given(st.text(), st.text())
def test_each_character_is_folded_by_itself(one: str, other: str) -> None:
    """So an ASCII character at the start stays there, whatever follows; fast tests rely on it."""
    assert folded(f"x{one}{other}x") == f"{folded(f'x{one}x')[:-1]}{folded(f'x{other}x')[1:]}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("person=TOM  Hanks", None),
        ("person=Zoë", "person=ZOE"),
        ("character=Dr. Evil", "character=dr evil"),
        ("year=1999", "year=1999..1999"),
    ],
)
def test_the_same_rows_have_the_same_text(one: str, other: str | None) -> None:
    """The canonical text is one for all spellings, and a condition that has it again."""
    assert condition(condition(one).canonical).canonical == condition(one).canonical
    if other is not None:
        assert condition(one).canonical == condition(other).canonical


def test_years() -> None:
    """Both ends are in; a text that is no year has none."""
    assert list(years(" 1999..2001 ")) == [1999, 2000, 2001]
    assert list(years("1999")) == [1999]
    assert not years("1999-2003")


def test_words() -> None:
    """Punctuation separates words, and accents are no part of them."""
    assert words("Dr. Ryûzaki's  dog") == ["dr", "ryuzaki", "s", "dog"]


def test_a_condition_says_itself() -> None:
    """Its text is what a user would write."""
    assert str(Condition("year", "1999")) == "year=1999"
