"""One title as a person names it: ids, URLs of either site, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import InputError
from harvester.inputs.title_id import parse_title_id
from harvester.lake.title_ids import pack, unpack


@pytest.mark.parametrize(
    ("text", "title_id"),
    [
        ("tt0111161", "tt0111161"),
        (" TT0111161\n", "tt0111161"),
        ("https://www.imdb.com/title/tt0111161/", "tt0111161"),
        ("https://m.imdb.com/pt/title/tt0111161/fullcredits/?ref_=x#cast", "tt0111161"),
        ("movie:278", "movie:278"),
        ("tv:1399", "tv:1399"),
        ("tmdb:movie/278", "movie:278"),
        ("movie/278", "movie:278"),
        ("https://www.themoviedb.org/movie/278-the-shawshank-redemption", "movie:278"),
        (
            "https://www.themoviedb.org/movie/278-the-shawshank-redemption?language=pt-BR",
            "movie:278",
        ),
        ("HTTP://themoviedb.org/pt-BR/tv/1399-game-of-thrones/season/1/cast", "tv:1399"),
        ("m.themoviedb.org/tv/1399#top", "tv:1399"),
        ("https://www.themoviedb.org/movie/278/", "movie:278"),
        ("https://api.themoviedb.org/3/movie/278?append_to_response=credits", "movie:278"),
        # Whose page it is counts, whatever its query holds.
        ("https://www.themoviedb.org/movie/278?from=imdb.com/title/tt0000001/", "movie:278"),
    ],
)
def test_a_title_by_its_id_or_its_page(text: str, title_id: str) -> None:
    """Either site's URL with a language, a mobile host, a slug, a trailing path or a query."""
    assert unpack(parse_title_id(text)) == title_id


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no title"),
        ("278", "write tt0000278, movie:278 or tv:278"),
        ("0", "names no title"),
        ("tt0", "names no title"),
        ("movie:0", "names no title"),
        ("movie:99999999999", "names no title"),
        ("nm0000151", "names no title"),
        ("person:31", "names no title"),
        ("https://www.themoviedb.org/person/31-tom-hanks", "names no title"),
        ("https://www.themoviedb.org/movie/", "names no title"),
        ("https://www.imdb.com/name/nm0000151/", "names no title"),
        ("https://themoviedb.org.example/movie/278", "names no title"),
        ("https://example.org/themoviedb.org/movie/278", "names no title"),
        ("https://www.themoviedb.org/movie/278x", "names no title"),
        ("x" * 10_000, "names no title"),
    ],
)
def test_what_names_no_title_is_a_sentence(text: str, words: str) -> None:
    """It is refused with the forms to write, on one short line."""
    with pytest.raises(InputError) as caught:
        parse_title_id(text)
    assert words in str(caught.value)
    assert "tt0" in str(caught.value)
    assert len(str(caught.value)) < 300


PIECES = st.sampled_from(
    [
        *("https://", "www.", "m.", "themoviedb.org", "imdb.com", "/", "title", "movie", "tv", ":"),
        *("tt0111161", "278", "0", "-slug", "?language=pt-BR", "#x", "pt-BR", "tmdb:", "\u0663"),
    ]
)


@given(st.text() | st.lists(PIECES, max_size=9).map("".join))
def test_any_text_is_an_id_or_a_sentence(text: str) -> None:
    """Nothing else is raised, and what is read is an id that the lake's documents take."""
    try:
        number = parse_title_id(text)
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - any text may be refused
    else:
        assert pack(unpack(number)) == number


@given(st.sampled_from(["movie", "tv"]), st.integers(1, 9_999_999_999), st.text(max_size=9))
def test_any_page_of_a_title(kind: str, number: int, slug: str) -> None:
    """Whatever stands behind the id, up to white space, is no matter."""
    page = f"https://www.themoviedb.org/{kind}/{number}-{''.join(slug.split())}"
    assert parse_title_id(page) == pack(f"{kind}:{number}")
