"""What the simulated TMDB returns for a title: the same on every machine, shaped as recorded."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from harvester.simulator import bodies
from harvester.simulator.chance import Draws
from harvester.simulator.identity import SAMPLE_ODDITIES, identify
from harvester.simulator.people import POPULAR_ENTRIES

RECORDED = Path(__file__).parents[2].parent / "shared" / "tmdb" / "recorded"
IDS = range(2_000_000, 2_010_000)
SOME = range(5_000_000, 5_000_400)


def test_bodies_are_the_same_bytes_on_every_machine() -> None:
    """Bodies depend on seed and id alone: a hash over those of 400 ids is pinned here."""
    digest = hashlib.sha256()
    for number in SOME:
        digest.update(bodies.wire(bodies.find(7, number)))
        for media_type in ("movie", "tv"):
            digest.update(bodies.wire(bodies.details(7, number, media_type)))
            for endpoint in sorted(bodies.BELOW[media_type]):
                digest.update(bodies.wire(bodies.below(7, number, media_type, endpoint)))
    assert digest.hexdigest() == "e567b390af7c7b4bb44ad80c3b5151acdc1dd6e0158b357102cead3d0c5c06bf"


def test_another_seed_is_another_world() -> None:
    """Two seeds give different bodies for the same id."""
    assert bodies.wire(bodies.find(1, 5_000_001)) != bodies.wire(bodies.find(2, 5_000_001))


def test_ids_resolve_in_the_shares_of_real_lists() -> None:
    """About 10 % of ids are unmatched, 1 % both, 1 % episodes, 0.5 % people; 15 % are series."""
    found = [identify(1, number).kinds for number in IDS]
    share = {
        name: sum(kinds == wanted for kinds in found) / len(found)
        for name, wanted in {
            "unmatched": frozenset(),
            "both": frozenset({"movie", "tv"}),
            "episode": frozenset({"episode"}),
            "person": frozenset({"person"}),
            "tv": frozenset({"tv"}),
        }.items()
    }
    assert 0.08 <= share["unmatched"] <= 0.12
    assert 0.005 <= share["both"] <= 0.015
    assert 0.005 <= share["episode"] <= 0.015
    assert 0.002 <= share["person"] <= 0.008
    assert 0.11 <= share["tv"] <= 0.15


def test_find_agrees_with_details() -> None:
    """What `find` calls a movie or a series has details as one, and nothing else has."""
    for number in SOME:
        found = bodies.find(1, number)
        for media_type in ("movie", "tv"):
            hits = found[f"{media_type}_results"]
            body = bodies.details(1, number, media_type)
            assert (body is not None) == bool(hits)
            if body is not None:
                assert hits[0]["id"] == body["id"] == number
                assert hits[0]["overview"] == body["overview"]


def test_unmatched_ids_get_five_empty_arrays() -> None:
    """`find` never answers 404: an unknown id is five empty arrays."""
    number = next(number for number in IDS if not identify(1, number).kinds)
    assert list(bodies.find(1, number).values()) == [[], [], [], [], []]
    assert bodies.details(1, number, "movie") is None
    assert bodies.below(1, number, "movie", "credits") is None


@pytest.mark.parametrize("media_type", ["movie", "tv"])
def test_appended_objects_are_the_endpoints_own_bodies_without_id(media_type: Any) -> None:
    """Details with everything appended equal the separate bodies without their id."""
    everything = sorted(bodies.BELOW[media_type])
    for number in [number for number in SOME if identify(1, number).is_a(media_type)][:20]:
        joined = bodies.details(1, number, media_type, everything)
        assert joined is not None
        for endpoint in everything:
            alone = bodies.below(1, number, media_type, endpoint)
            assert alone is not None
            assert alone.pop("id") == number
            assert joined.pop(endpoint) == alone
        assert joined == bodies.details(1, number, media_type)


def test_keywords_have_another_key_for_a_series() -> None:
    """A movie's keywords are under `keywords`, a series' under `results`."""
    assert list(bodies.below(1, 111161, "movie", "keywords") or {}) == ["id", "keywords"]
    assert list(bodies.below(1, 903747, "tv", "keywords") or {}) == ["id", "results"]


def test_wire_json_is_compact_with_only_the_ampersand_escaped() -> None:
    """`&` becomes an escape, all other characters are raw UTF-8, and the value survives."""
    seen = b"".join(
        bodies.wire(bodies.below(1, number, "movie", "credits") or bodies.find(1, number))
        + bodies.wire(bodies.details(1, number, "movie"))
        for number in SOME
    )
    assert b"&" not in seen
    assert seen.count(b"\\u") == seen.count(b"\\u0026") > 100
    for trap in ("é", "灯台", "🎬", '\\"', "\\\\"):
        assert trap.encode() in seen
    assert json.loads(bodies.wire({"a": "x & y"})) == {"a": "x & y"}
    assert bodies.wire({"a": ["x & é"]}) == b'{"a":["x \\u0026 \xc3\xa9"]}'


def test_etag_is_the_first_half_of_the_bodys_sha256() -> None:
    """TMDB's rule: W/ and the first 32 hex digits of the uncompressed body's SHA-256."""
    body = bodies.render_body({"id": 1})
    assert body.etag == f'W/"{hashlib.sha256(body.raw).hexdigest()[:32]}"'


def test_sizes_are_those_of_recorded_bodies() -> None:
    """Most titles' credits are under 4 KB; popular ones have a median near 40 KB."""
    tail: list[int] = []
    popular: list[int] = []
    for number in range(6_000_000, 6_003_000):
        body = bodies.below(1, number, "movie", "credits")
        if body is not None:
            size = len(bodies.wire(body))
            (popular if identify(1, number).popular else tail).append(size)
    assert sum(size < 4_000 for size in tail) / len(tail) > 0.8
    assert len(popular) / (len(popular) + len(tail)) < 0.12
    assert 25_000 < sorted(popular)[len(popular) // 2] < 55_000
    assert 100_000 < max(popular) < 320_000


def test_a_curve_stays_within_its_ends() -> None:
    """A value drawn from a curve stays within it, and the median is the curve's."""
    draws = Draws("curve")
    drawn = sorted(draws.along(POPULAR_ENTRIES) for _ in range(2_000))
    assert POPULAR_ENTRIES[0][1] <= drawn[0]
    assert drawn[-1] <= POPULAR_ENTRIES[-1][1]
    assert 130 < drawn[1_000] < 160


def test_nulls_and_empty_strings_come_as_at_tmdb() -> None:
    """Backdrops, profiles and IMDb ids are sometimes null; texts and dates sometimes empty."""
    movies = [body for n in IDS if (body := bodies.details(1, n, "movie")) is not None]
    assert 0.1 < sum(body["backdrop_path"] is None for body in movies) / len(movies) < 0.3
    for key in ("imdb_id", "poster_path", "runtime"):
        assert any(body[key] is None for body in movies)
    for key in ("overview", "release_date", "homepage", "tagline"):
        assert any(body[key] == "" for body in movies)
    assert any("softcore" in body for body in movies)
    assert any("softcore" not in body for body in movies)


def test_sample_titles_keep_their_names_and_years() -> None:
    """An id of the bundled sample is that title, and is popular."""
    shawshank = bodies.details(1, 111161, "movie") or {}
    assert shawshank["title"] == "The Shawshank Redemption"
    assert shawshank["release_date"].startswith("1994-")
    totoro = bodies.details(1, 96283, "movie") or {}
    assert totoro["original_title"] == "となりのトトロ"
    assert totoro["original_language"] == "ja"
    assert bodies.details(1, 185906, "movie") is None  # in both files: a series
    assert bodies.details(1, 185906, "tv") is not None
    for number, kinds in SAMPLE_ODDITIES.items():
        assert identify(1, number).kinds == kinds
        assert identify(2, number).kinds == kinds


def _recorded(*folders: str) -> list[dict[str, Any]]:
    """Read the recorded bodies of 2022 and later; skip the test where there are none."""
    index = RECORDED / "INDEX.tsv"
    if not index.exists():
        pytest.skip(f"no recorded bodies in {RECORDED}")
    with index.open(encoding="utf-8", newline="") as lines:
        return [
            json.loads((RECORDED / row["file"]).read_bytes())
            for row in csv.DictReader(lines, delimiter="\t")
            if row["file"].split("/")[0] in folders and row["recorded_date"] >= "2022"
        ]


def _agree(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], new: set[str]) -> None:
    assert ours
    assert theirs
    never_missing = set.intersection(*(set(body) for body in theirs))
    ever_seen = set.union(*(set(body) for body in theirs)) | new
    for body in ours:
        assert never_missing <= set(body) <= ever_seen


def _each(items: list[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return [part for item in items for key in keys for part in item.get(key, [])]


@pytest.mark.parametrize(
    ("folder", "media_type", "endpoint", "new"),
    [
        ("movie_details", "movie", "", {"origin_country", "softcore"}),
        ("tv_details", "tv", "", {"softcore"}),
        ("movie_credits", "movie", "credits", set()),
        ("tv_credits", "tv", "credits", set()),
        ("movie_keywords", "movie", "keywords", set()),
        ("tv_keywords", "tv", "keywords", set()),
    ],
)
def test_keys_are_those_of_recorded_bodies(
    folder: str, media_type: Any, endpoint: str, new: set[str]
) -> None:
    """Every key that TMDB always sent since 2022 is present, and none that it never sent."""
    theirs = _recorded(folder)
    made = [
        bodies.below(1, number, media_type, endpoint)
        if endpoint
        else bodies.details(1, number, media_type)
        for number in (*SOME, 111161, 903747)
    ]
    ours = [body for body in made if body is not None]
    _agree(ours, theirs, new)
    for keys in (("cast",), ("crew",), ("keywords", "results"), ("production_companies",)):
        if _each(theirs, *keys):
            _agree(_each(ours, *keys), _each(theirs, *keys), set())


@pytest.mark.parametrize("array", ["movie_results", "tv_results", "tv_episode_results"])
def test_find_items_have_the_keys_of_recorded_ones(array: str) -> None:
    """An item in one of find's arrays is list-shaped, as recorded."""
    theirs = _recorded("find")
    ours = [bodies.find(1, number) for number in SOME]
    _agree(ours, theirs, set())
    _agree(_each(ours, array), _each(theirs, array), {"softcore"})
