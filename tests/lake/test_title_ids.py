"""A title's id as a number: nothing is lost, nothing collides, and nothing else is an id."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.lake.title_ids import media_type_of, pack, pack_tmdb, tmdb_id_of, unpack
from harvester.model import MediaType

MEDIA_TYPES: st.SearchStrategy[MediaType] = st.sampled_from(["movie", "tv"])
TMDB_IDS = st.integers(1, 9_999_999_999)
IMDB_IDS = st.integers(1, 10**18 - 1).map(lambda number: f"tt{number:07d}")
IDS = st.one_of(IMDB_IDS, st.builds("{}:{}".format, MEDIA_TYPES, TMDB_IDS))


@given(IDS)
def test_an_id_comes_back_as_it_was(title_id: str) -> None:
    """Packed and unpacked it is the same text, and its number fits eight bytes."""
    number = pack(title_id)
    assert unpack(number) == title_id
    assert array("Q", [number])[0] == number


@given(st.lists(IDS, unique=True))
def test_no_two_ids_are_one_number(ids: list[str]) -> None:
    """`tt0000278`, `movie:278` and `tv:278` are three titles."""
    assert len({pack(one) for one in ids}) == len(ids)


@given(MEDIA_TYPES, TMDB_IDS)
def test_the_same_digits_are_three_titles(media_type: MediaType, number: int) -> None:
    """An IMDb id, a movie and a series of the same number differ, and each says what it is."""
    packed = pack_tmdb(media_type, number)
    assert packed == pack(f"{media_type}:{number}")
    assert media_type_of(packed) == media_type
    assert tmdb_id_of(unpack(packed)) == (media_type, number)
    own = pack(f"tt{number:07d}")
    assert (own, media_type_of(own), tmdb_id_of(unpack(own))) == (number, None, None)
    assert len({own, pack_tmdb("movie", number), pack_tmdb("tv", number)}) == 3


@given(IDS, IDS)
def test_numbers_are_in_the_order_of_kind_and_id(one: str, other: str) -> None:
    """IMDb ids come before movies, movies before series, and each are in order of their number."""

    def place(title_id: str) -> tuple[int, int]:
        word, _, number = title_id.rpartition(":")
        return ["", "movie", "tv"].index(word), int(number.removeprefix("tt"))

    assert (pack(one) < pack(other)) == (place(one) < place(other))


def test_an_imdb_id_has_at_least_seven_digits() -> None:
    """Short ids are padded as IMDb and TMDB write them; a longer number keeps all its digits."""
    assert unpack(111161) == "tt0111161"
    assert unpack(10356932) == "tt10356932"
    assert pack("tt111161") == 111161


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tt",
        "278",
        "nm0000123",
        "TT0111161",
        "tt0111161 ",
        "tt0111161\n",
        "tt-1",
        "tt" + "1" * 19,
        "tt\u0660\u0661",
        "movie:",
        "movie:0",
        "movie:0278",
        "movie:-1",
        "movie:10000000000",
        "movie:278\n",
        "series:1399",
        "Tv:1399",
        "movie/278",
        "movie:\u0662",
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    """A ValueError names the text; a number would be another title's."""
    with pytest.raises(ValueError, match="is not a title's id") as caught:
        pack(text)
    assert repr(text) in str(caught.value)
    assert tmdb_id_of(text) is None


@given(st.text(max_size=20))
def test_any_text_is_an_id_or_a_value_error(text: str) -> None:
    """What is taken is an id: unpacked and packed again it is the same number."""
    try:
        number = pack(text)
    except ValueError:
        return
    assert pack(unpack(number)) == number
