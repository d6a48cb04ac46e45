"""Providers, certifications, other sites' ids, and a collection's order: the newest of a title."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_bodies import FURTHER
from made_lake import Made, make, table

from harvester.model import MediaType
from harvester.stores import open_store
from harvester.zones.built import Built
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

LAKE = Path("l")
_FILM = ("watch_providers", "release_dates", "external_ids")
_SERIES = ("watch_providers", "content_ratings", "external_ids", "aggregate_credits")
LATER = date(2026, 11, 25)


async def _build() -> Built:
    async with open_store("l") as store:
        trusted = await build_trusted(store, "duckdb", rebuild=False)
        assert not trusted.breaches, trusted.breaches
        return await build_refined(store, "duckdb", rebuild=False)


def _of(name: str, *columns: str) -> list[tuple[Any, ...]]:
    rows = table(LAKE, f"Refined/Parquet/{name}")
    return sorted((tuple(row[column] for column in columns) for row in rows), key=str)


def _film(number: int, released: str, **more: Any) -> Made:
    details = {
        "title": f"F{number}",
        "overview": "o",
        "release_date": released,
        "belongs_to_collection": {"id": 7, "name": "C"},
    }
    bodies = {"details": details} | more.pop("bodies", {})
    tmdb_id = more.pop("tmdb_id", number)
    return Made(f"tt{number:07d}", "movie", tmdb_id, bodies, **more)


def _some(media_type: MediaType, *endpoints: str) -> dict[str, Any]:
    return {endpoint: FURTHER[media_type][endpoint] for endpoint in endpoints}


@pytest.mark.slow
async def test_what_further_endpoints_say_of_each_title() -> None:
    """Of two dates the newest counts, whatever id was asked for; every key and reference holds."""
    offered = {"results": {"JP": {"link": "l", "buy": [{"provider_id": 9, "provider_name": "N"}]}}}
    titles = [
        _film(1, "2001-01-02", bodies=_some("movie", *_FILM)),
        _film(2, "1999-01-01", bodies={"watch_providers": offered}, id="movie:2"),
        _film(3, "2001-01-02", tmdb_id=30),
        _film(4, "2001-01-02", tmdb_id=30),
        _film(5, ""),
        _film(6, "2003-01-01"),
        Made("tt0000009", "tv", 9, {"details": {"overview": "o"}, **_some("tv", *_SERIES)}),
    ]
    await make(LAKE, titles, run="20261124-0a")
    newer = {"US": {"link": "n", "ads": [{"provider_id": 8, "provider_name": "Q"}] * 2}}
    again = Made(
        "tt0000001",
        bodies={"watch_providers": {"results": newer}},
        fetched_at="2026-11-25T07:00:00Z",
    )
    await make(LAKE, [again], run="20261125-0a", day=LATER)
    done = await _build()
    assert not done.breaches, done.breaches
    names = [check.name for check in done.checks]
    assert not done.damaged
    assert "gained by details, of those matched" in names
    assert "gained by credits, of those matched" not in names  # none, though aggregate ones
    assert _of("bridge_title_provider", "title_id", "country_code", "way", "provider_id") == [
        ("tt0000001", "US", "ads", 8),
        ("tt0000002", "JP", "buy", 9),
        ("tt0000009", "BR", "free", 8),
    ]
    assert _of("dim_provider", "provider_id", "provider") == [(8, "P"), (9, "N")]
    assert _of(
        "fact_certification", "title_id", "country_code", "certification", "released_on"
    ) == [
        ("tt0000001", "US", "R", date(1999, 10, 15)),
        ("tt0000009", "US", "TV-14", None),
        ("tt0000009", "US", "TV-MA", None),
    ]
    assert _of("fact_external_id", "title_id", "site", "external_id") == [
        ("tt0000001", "Wikidata", "Q1"),
        ("tt0000001", "X", "t"),
        ("tt0000009", "TheTVDB", "70"),
        ("tt0000009", "X", "t"),
    ]
    assert _of("dim_country", "country_code") == [("BR",), ("JP",), ("US",)]
    assert _of("dim_title", "title_id", "collection_order") == [
        ("tt0000001", 2),
        ("tt0000002", 1),
        ("tt0000003", 3),
        ("tt0000004", 3),
        ("tt0000005", None),
        ("tt0000006", 4),
        ("tt0000009", None),
    ]
