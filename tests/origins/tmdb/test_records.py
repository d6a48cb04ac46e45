"""TMDB's records: the folder of each, and its envelope byte for byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.model import MediaType, Title
from harvester.origins.tmdb.records import ENVELOPE, folder, record


def test_a_records_folder_is_its_structure() -> None:
    """One structure per folder, named with the users' word for the media type; `find` has none."""
    assert folder("find", None) == folder("find", "tv") == "Find"
    assert folder("details", "movie") == "Movies/details"
    assert folder("watch_providers", "tv") == "Series/watch_providers"
    with pytest.raises(ValueError, match="media type"):
        folder("credits", None)


def test_an_envelope_has_the_id_first() -> None:
    """The documented bytes: the id as asked, what TMDB says, and no white space."""
    made = record(
        Title("tv:1399", "series"),
        imdb_id="tt0944947",
        tmdb_id=1399,
        media_type="tv",
        endpoint="details",
        language="pt-BR",
        fetched_at="2026-11-24T07:00:00Z",
        body=b"{}",
        version=2,
    )
    assert made.envelope == (
        b'{"id":"tv:1399","imdb_id":"tt0944947","tmdb_id":1399,"media_type":"tv",'
        b'"endpoint":"details","language":"pt-BR","fetched_at":"2026-11-24T07:00:00Z",'
        b'"response":'
    )
    assert (made.folder, made.body) == ("Series/details", b"{}")


@given(
    imdb_id=st.sampled_from([None, "tt0111161"]),
    tmdb_id=st.one_of(st.none(), st.integers(1, 9_999_999_999)),
    media_type=st.sampled_from([None, "movie", "tv"]),
    language=st.sampled_from([None, "en", "pt-BR"]),
    version=st.sampled_from([1, 2]),
)
def test_an_envelope_is_json_with_the_documented_keys(
    imdb_id: str | None,
    tmdb_id: int | None,
    media_type: MediaType | None,
    language: str | None,
    version: int,
) -> None:
    """Null for what is unknown; records of plans of version 1 have no `id`."""
    made = record(
        Title("tt0111161", "movie"),
        imdb_id=imdb_id,
        tmdb_id=tmdb_id,
        media_type=media_type,
        endpoint="find",
        language=language,
        fetched_at="2026-11-24T07:00:00Z",
        body=b'{ "a" : 1 }',
        version=version,
    )
    read = json.loads(made.envelope + bytes(made.body) + b"}")
    assert tuple(read) == (ENVELOPE if version == 2 else ENVELOPE[1:])
    assert read.pop("id", "tt0111161") == "tt0111161"
    assert list(read.values()) == [
        *(imdb_id, tmdb_id, media_type, "find", language, "2026-11-24T07:00:00Z"),
        {"a": 1},
    ]
