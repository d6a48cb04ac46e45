"""A body of each TMDB endpoint beside details, credits and keywords, with what does not fit."""

from typing import Any, Final

from harvester.model import MediaType

_PROVIDER: Final = {"logo_path": "/p.jpg", "provider_id": 8, "provider_name": "P"}
_RELEASE: Final = {"certification": "R", "iso_639_1": "", "note": "", "type": 3}
_DATES: Final = [
    {**_RELEASE, "descriptors": ["x"], "release_date": "1999-10-15T00:00:00.000Z"},
    {**_RELEASE, "certification": "", "release_date": "1999-09-10T00:00:00.000Z", "type": 1},
]
_TEXTS: Final = {"overview": "o", "homepage": "", "tagline": "t"}
_CODES: Final = {"iso_3166_1": "BR", "iso_639_1": "pt"}
_WHO: Final = {"id": 5, "name": "P", "gender": 1, "popularity": 1.5, "adult": False}
_SOCIAL: Final = {"facebook_id": "", "instagram_id": None, "twitter_id": "t"}

FURTHER: Final[dict[MediaType, dict[str, Any]]] = {
    "movie": {
        "external_ids": {"id": 1, "imdb_id": "tt0000009", "wikidata_id": "Q1", **_SOCIAL},
        "watch_providers": {
            "id": 1,
            "results": {
                "US": {
                    "link": "https://tmdb.example/us",
                    "flatrate": [{**_PROVIDER, "display_priority": 2}],
                    "rent": [_PROVIDER, _PROVIDER],
                },
                "AT": {"link": "https://tmdb.example/at", "buy": []},
                "DE": {"link": "https://tmdb.example/de", "ads": [{"provider_id": "8"}]},
                "FR": None,
            },
        },
        "release_dates": {
            "results": [
                {"iso_3166_1": "US", "release_dates": _DATES},
                {"iso_3166_1": "FR", "release_dates": [{"release_date": "1999-10-15"}]},
                {"iso_3166_1": "DE", "release_dates": None},
            ]
        },
        "alternative_titles": {
            "titles": [{"iso_3166_1": "BR", "title": "A", "type": ""}, {"title": 5}]
        },
        "translations": {
            "translations": [
                {**_CODES, "name": "P", "english_name": "E", "data": {**_TEXTS, "runtime": 90}},
                {**_CODES, "name": "old"},
                {**_CODES, "data": {"runtime": "90"}},
            ]
        },
        "videos": {
            "results": [
                {"id": "v", "site": "YouTube", "published_at": "2014-10-02T19:20:22.500Z"},
                {"id": "w", "published_at": "yesterday"},
            ]
        },
        "images": {"backdrops": [{"width": 1}, {}], "posters": [], "id": 1},
    },
    "tv": {
        "external_ids": {"imdb_id": "tt0000009", "tvdb_id": 70, "tvrage_id": None, **_SOCIAL},
        "aggregate_credits": {
            "cast": [
                {**_WHO, "roles": [{"credit_id": "c", "character": "X", "episode_count": 2}]},
                {**_WHO, "roles": [{"episode_count": "2"}]},
            ],
            "crew": [{**_WHO, "jobs": [{"job": "Writer", "episode_count": 1}]}],
        },
        "watch_providers": {"results": {"BR": {"link": "l", "free": [_PROVIDER]}}},
        "content_ratings": {
            "results": [
                {"iso_3166_1": "US", "rating": "TV-MA", "descriptors": ["x"]},
                {"iso_3166_1": "US", "rating": "TV-14"},
                {"iso_3166_1": "BR", "rating": 16},
            ]
        },
        "alternative_titles": {"results": [{"iso_3166_1": "BR", "title": "A"}, None]},
        "translations": {"translations": [{**_CODES, "data": {**_TEXTS, "name": "N"}}]},
        "videos": {"results": "none"},
        "images": {"backdrops": {}, "posters": []},
    },
}
"""Of a movie, and of a series."""
