"""Ids as people copy them: URLs, what is left of one, marks of no width; and whose they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.inputs.imdb_id import canonical, number_of


@pytest.mark.parametrize(
    "text",
    [
        "https://www.imdb.com/title/tt0111161/",
        "http://m.imdb.com/title/tt0111161/?ref_=nv_sr_1",
        "https://www.imdb.com/pt/title/tt0111161/fullcredits",
        "HTTPS://WWW.IMDB.COM/TITLE/TT0111161",
        "imdb.com/title/tt0111161",
        "imdb://tt0111161",
        "imdb:tt0111161",
        '=HYPERLINK("https://www.imdb.com/title/tt0111161/";"x")',
        "[film](https://www.imdb.com/title/tt0111161/)",
        "tt0111161/",
        "tt0111161/?ref_=x",
        "\u200btt0111161\ufeff",
        "\xa0tt0111161\u200e",
        '"tt0111161"',
        "'tt0111161",
    ],
)
def test_an_id_in_its_wrapping(text: str) -> None:
    """The id is found in a URL of IMDb, in a cut one and in what copying adds."""
    assert number_of(text) == 111161
    assert number_of(text, bare=False) == 111161


@pytest.mark.parametrize(
    "text",
    [
        "https://www.imdb.com/name/nm0000151/",
        "https://www.themoviedb.org/movie/278",
        "https://notimdb.com/title/tt0111161/",
        "https://www.imdb.com/title/tt0111161x",
        "https://www.imdb.com/title/tt0000000/",
        "https://www.imdb.com/title/tt0111161/ https://www.imdb.com/title/tt0068646/",
        "tt0111161/tt0068646",
        "see tt0111161",
        "1.11161E+5",
        "111,161",
    ],
)
def test_what_names_no_title_or_two(text: str) -> None:
    """A URL of a person, of another site or two ids at once name no title."""
    assert number_of(text) is None


@given(st.integers(1, 9_999_999_999))
def test_a_bare_number_only_where_it_is_imdb_s(number: int) -> None:
    """The canonical form is read everywhere, digits alone only with `bare`."""
    for bare in (True, False):
        assert number_of(canonical(number), bare=bare) == number
        assert number_of(f"https://www.imdb.com/title/{canonical(number)}/", bare=bare) == number
    for text in (str(number), f"{number}.0", f"{number:08d}"):
        assert number_of(text) == number
        assert number_of(text, bare=False) is None
