"""TMDB's endpoints beside details, credits and keywords: a table each, typed, with its rejects."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from made_bodies import FURTHER

from harvester.model import MediaType
from harvester.origins.tmdb.endpoints import ENDPOINTS
from harvester.simulator import bodies
from harvester.zones.engines import Engine, open_engine
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.records import items_in, of_run, transform

_FOLDERS: dict[str, MediaType] = {"Movies": "movie", "Series": "tv"}
_BY_NAME = {one.table.name: one for one in TMDB.endpoints}
# Of a seed's titles some with much in their bodies, and some with hardly anything.
_SIMULATED = {"movie": (1, 9, 30, 4, 5, 6, 7), "tv": (167, 176, 346, 22, 25, 33, 38)}


class _Told(NamedTuple):
    """What is made of the body of `made_bodies`: some columns of its rows, and its rejects."""

    rows: list[dict[str, Any]]
    rejects: tuple[str, ...] = ()


def _offer(**more: Any) -> dict[str, Any]:
    return {"provider_id": 8, "provider_name": "P", "logo_path": "/p.jpg"} | more


_TITLE = {"country_code": "BR", "title": "A", "type": None, "position": 0}
_SOCIAL = {"facebook_id": None, "instagram_id": None, "twitter_id": "t"}
_ROLE = {"credit_id": "c", "character": "X", "episode_count": 2}
_TOLD = {
    "Movies/external_ids": _Told(
        [{"tmdb_imdb_id": "tt0000009", "wikidata_id": "Q1", **_SOCIAL}],
    ),
    "Series/external_ids": _Told(
        [{"tmdb_imdb_id": "tt0000009", "tvdb_id": 70, "tvrage_id": None, **_SOCIAL}],
    ),
    "Movies/watch_providers": _Told(
        [
            {"country_code": "AT", "link": "https://tmdb.example/at", "buy": [], "ads": None},
            {
                "country_code": "US",
                "flatrate": [_offer(display_priority=2)],
                "rent": [_offer(display_priority=None)] * 2,
            },
        ],
        (
            "an item: not an object",
            "value.ads: not a list that fits",
        ),
    ),
    "Series/watch_providers": _Told(
        [{"country_code": "BR", "link": "l", "free": [_offer(display_priority=None)]}],
    ),
    "Movies/release_dates": _Told(
        [
            {
                "country_code": "US",
                "release_dates": [
                    {
                        "certification": "R",
                        "descriptors": ["x"],
                        "iso_639_1": None,
                        "note": None,
                        "release_date": datetime(1999, 10, 15),  # noqa: DTZ001 - UTC, without a zone
                        "type": 3,
                    },
                    {
                        "certification": None,
                        "descriptors": None,
                        "iso_639_1": None,
                        "note": None,
                        "release_date": datetime(1999, 9, 10),  # noqa: DTZ001 - see above
                        "type": 1,
                    },
                ],
                "position": 0,
            },
            {"country_code": "DE", "release_dates": None, "position": 2},
        ],
        ("release_dates: not a list that fits",),
    ),
    "Series/content_ratings": _Told(
        [
            {"country_code": "US", "rating": "TV-MA", "descriptors": ["x"], "position": 0},
            {"country_code": "US", "rating": "TV-14", "descriptors": None, "position": 1},
        ],
        ("rating: not text",),
    ),
    "Movies/alternative_titles": _Told([_TITLE], ("title: not text",)),
    "Series/alternative_titles": _Told([_TITLE], ("an item: not an object",)),
    "Movies/translations": _Told(
        [
            {"language_code": "pt", "overview": "o", "tagline": "t", "runtime": 90, "title": None},
            {"language_code": "pt", "overview": None, "runtime": None, "language_name": "old"},
        ],
        ("data.runtime: not a whole number",),
    ),
    "Series/translations": _Told([{"language_code": "pt", "title": "N", "homepage": None}]),
    "Movies/videos": _Told(
        [{"video_id": "v", "site": "YouTube", "published_at": datetime(2014, 10, 2, 19, 20, 22)}],  # noqa: DTZ001 - see above
        ("published_at: not a moment",),
    ),
    "Series/videos": _Told([], ("results: not an array",)),
    "Movies/images": _Told([{"backdrops": 2, "logos": None, "posters": 0}]),
    "Series/images": _Told([], ("backdrops: not a list",)),
    "Series/aggregate_credits": _Told(
        [
            {"part": "cast", "position": 0, "person_id": 5, "roles": [_ROLE], "jobs": None},
            {
                "part": "crew",
                "position": 0,
                "roles": None,
                "jobs": [{"credit_id": None, "job": "Writer", "episode_count": 1}],
            },
        ],
        ("roles: not a list that fits",),
    ),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open DuckDB once for all tables."""
    with open_engine("duckdb", tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def _simulated(endpoint: str, media_type: MediaType) -> list[Any]:
    below = (ENDPOINTS[endpoint].path(media_type, 0) or "").partition("/0/")[2]
    made = (bodies.below(7, number, media_type, below) for number in _SIMULATED[media_type])
    return [body for body in made if body is not None]


def _record(title_id: str, body: Any) -> dict[str, Any]:
    return {"id": title_id, "fetched_at": "2026-11-24T07:00:00Z", "response": body}


def test_every_table_is_told() -> None:
    """Each of the harvest's endpoints has its table here, or in the tests of the zones' builds."""
    built = {"Find"} | {f"{f}/{e}" for f in _FOLDERS for e in ("details", "credits", "keywords")}
    assert set(_TOLD) | built == set(_BY_NAME)
    made = {(of, endpoint) for of, found in FURTHER.items() for endpoint in found}
    assert made == {(_FOLDERS[n.partition("/")[0]], n.partition("/")[2]) for n in _TOLD}


@pytest.mark.parametrize("name", _TOLD)
def test_a_table(engine: Engine, name: str) -> None:
    """Rows and rejects of the body by hand are these; all that the simulator answers fits."""
    folder, _, endpoint = name.partition("/")
    media_type = _FOLDERS[folder]
    simulated = _simulated(endpoint, media_type)
    records = [_record("tt0000001", FURTHER[media_type][endpoint])]
    records += [_record(f"tt1{place:06d}", body) for place, body in enumerate(simulated)]
    Path("r.json").write_bytes(orjson.dumps(records))
    read = of_run(engine.records(["r.json"], TMDB.record), "r", synthetic=False)
    declared = _BY_NAME[name]
    made = transform(engine, declared, read)
    typed: Any = engine.keep("typed", made.typed)
    every = [row for row in engine.rows(typed) if row["title_id"] == "tt0000001"]
    told = _TOLD[name]
    assert sorted(str(row["reason"]) for row in every if row["reason"]) == [*told.rejects]
    rows = [row for row in every if not row["reason"]]
    place = "country_code" if declared.keyed else "position"
    rows.sort(key=lambda row: (str(row.get("part")), row.get(place) or 0))
    shown = [
        {column: row[column] for column in wanted}
        for row, wanted in zip(rows, told.rows, strict=True)
    ]
    assert shown == told.rows
    others: Any = typed.filter(typed["title_id"] != "tt0000001")
    (counted,) = engine.rows(
        others.aggregate(rows=others.count(), rejects=others["reason"].notnull().sum())
    )
    assert len(simulated) == 7
    assert (int(str(counted["rows"])) > 0, int(str(counted["rejects"]))) == (True, 0)
    if declared.arrays:
        (items,) = engine.rows(items_in(engine.json, declared, read))[0].values()
        of_items = int(str(counted["rows"])) + sum(row["level"] == "item" for row in every)
        assert items == of_items
