"""The simulated TVmaze: the series of the simulated TMDB, in TVmaze's shapes."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from csvs import shared

from harvester.simulator import ChangeOptions, bodies
from harvester.simulator.catalogue import named_titles
from harvester.simulator.identity import identify
from harvester.simulator.tvmaze.catalogue import Shows
from harvester.simulator.tvmaze.library import PAGE, TvmazeLibrary, TvmazeReply
from harvester.simulator.tvmaze.routes import parse_target

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
POPULATION = 1_000
LIBRARY = TvmazeLibrary(1, POPULATION, None)
LAST = Shows(1, POPULATION).last_id


def _answer(target: str, library: TvmazeLibrary = LIBRARY, now: datetime = NOW) -> TvmazeReply:
    return library.answer(parse_target(target), target, now)


def _json(target: str, library: TvmazeLibrary = LIBRARY, now: datetime = NOW) -> Any:
    reply = _answer(target, library, now)
    assert reply.status == 200, target
    return json.loads(reply.body)


def _index() -> list[dict[str, Any]]:
    return [show for page in range(LAST // PAGE + 1) for show in _json(f"/shows?page={page}")]


def test_the_index_has_each_show_once_in_pages_by_id() -> None:
    """250 ids a page, some of them gaps; 404 past the end; a page is what its shows are."""
    seen: list[int] = []
    for page in range(LAST // PAGE + 1):
        shows = _json(f"/shows?page={page}")
        assert all(PAGE * page <= show["id"] < PAGE * (page + 1) for show in shows)
        assert shows == [_json(f"/shows/{show['id']}") for show in shows]
        seen += [show["id"] for show in shows]
    assert seen == sorted(set(seen))
    assert 0.9 * LAST < len(seen) < LAST
    assert _answer(f"/shows?page={LAST // PAGE + 1}").status == 404
    gaps = set(range(1, LAST + 1)) - set(seen)
    assert {_answer(f"/shows/{gap}").status for gap in gaps} == {404}


def test_a_lookup_leads_where_the_index_does() -> None:
    """By either way a title is the same show; one whose IMDb id is not known is found by none."""
    index = {show["externals"]["imdb"]: show["id"] for show in _index()}
    nameless = index.pop(None, None)
    assert nameless is not None
    for imdb_id, show_id in index.items():
        assert _answer(f"/lookup/shows?imdb={imdb_id}") == TvmazeReply(301, b"", show_id)
    numbers = [*named_titles(1, "tv"), *range(850_000_000, 850_000_000 + POPULATION)]
    missing = {f"tt{number:07d}" for number in numbers} - set(index)
    assert 0.05 * POPULATION < len(missing) < 0.2 * POPULATION
    for imdb_id in [*missing, "tt0111161", "tt850001000", "tt1", "x", ""]:
        assert _answer(f"/lookup/shows?imdb={imdb_id}") == TvmazeReply(404, b"")


def test_shows_are_tmdbs_series() -> None:
    """The same titles, years and minutes; ratings half a point apart, and none out of few votes."""
    rated = 0
    for show in _index():
        number = Shows(1, POPULATION).show(show["id"])
        assert number is not None
        details = bodies.details(1, number.number, "tv")
        assert details is not None
        assert show["name"] == details["name"]
        assert (show["premiered"] or "") == details["first_air_date"]
        assert show["averageRuntime"] == identify(1, number.number).facts.minutes
        average = show["rating"]["average"]
        assert (average is None) == (details["vote_count"] < 10)
        if average is not None:
            rated += 1
            assert abs(average - details["vote_average"]) <= 0.56
    assert rated > 500


def test_episodes_are_those_of_tmdbs_seasons() -> None:
    """Of the sample's series; they end where the show says that it ended."""
    for show_id in range(1, 8):
        show = _json(f"/shows/{show_id}")
        number = Shows(1, POPULATION).show(show_id)
        assert number is not None
        details = bodies.details(1, number.number, "tv")
        assert details is not None
        episodes = _json(f"/shows/{show_id}/episodes")
        assert len(episodes) == details["number_of_episodes"]
        assert max(one["season"] for one in episodes) == details["number_of_seasons"]
        if show["premiered"]:
            assert episodes[0]["airdate"] == show["premiered"]
            assert (show["ended"] is None) == (show["status"] == "Running")
            assert show["ended"] in {None, max(one["airdate"] for one in episodes)}
        with_specials = _json(f"/shows/{show_id}/episodes?specials=1")
        specials = [one for one in with_specials if one["type"] != "regular"]
        assert all(one["number"] is None for one in specials)
        assert [one for one in with_specials if one["type"] == "regular"] == episodes
        ids = [one["id"] for one in with_specials]
        assert len(ids) == len(set(ids))


def test_the_cast_is_of_tmdbs_credits() -> None:
    """Names and characters, in order."""
    for show_id in (1, 5, 40):
        number = Shows(1, POPULATION).show(show_id)
        assert number is not None
        credited = bodies.below(1, number.number, "tv", "credits")
        assert credited is not None
        names = [who["name"] for who in credited["cast"]][:30]
        assert [one["person"]["name"] for one in _json(f"/shows/{show_id}/cast")] == names


@pytest.mark.parametrize(
    ("recorded", "target"),
    [
        ("singlesearch_firefly.json", "/shows/1"),
        ("show_13_episode_2x2.json", "/shows/1/episodes"),
    ],
)
def test_shapes_are_the_recorded_ones(recorded: str, target: str) -> None:
    """Each key of a recorded body is there, in its order; newer ones may be in between."""
    theirs = json.loads((shared("tvmaze") / recorded).read_bytes())
    theirs.pop("_embedded", None)
    made = _json(target)
    ours = made if isinstance(made, dict) else made[0]
    assert [key for key in ours if key in theirs] == list(theirs)


def test_without_a_clock_nothing_changes() -> None:
    """Every answer is the same at any time, and for the same seed; another seed has others."""
    targets = ["/shows?page=1", "/shows/30", "/shows/30/cast", "/updates/shows"]
    at = partial(_answer, library=TvmazeLibrary(1, POPULATION, None))
    assert [at(one, now=NOW + timedelta(days=99)) for one in targets] == [*map(_answer, targets)]
    assert _answer("/updates/shows?since=month").body == b"[]"
    other = TvmazeLibrary(2, POPULATION, None)
    assert _answer("/shows?page=1", other) != _answer("/shows?page=1")


def test_updates_are_what_shows_say() -> None:
    """Each show with the moment that its body has, in the span that is asked for."""
    library = TvmazeLibrary(1, POPULATION, ChangeOptions(changed=0.05))
    everything = _json("/updates/shows", library)
    assert everything == {
        str(show["id"]): show["updated"]
        for page in range(LAST // PAGE + 1)
        for show in _json(f"/shows?page={page}", library)
    }
    for span, days in {"day": 1, "week": 7, "month": 30}.items():
        begin = NOW.timestamp() - days * 86_400
        found = _json(f"/updates/shows?since={span}", library)
        assert found == {show: at for show, at in everything.items() if at >= begin}
        assert 0.5 < len(found) / min(0.05 * days * len(everything), len(everything)) < 2
    assert all(at <= NOW.timestamp() for at in everything.values())


def test_a_show_that_was_updated_has_another_body() -> None:
    """Its summary says how often; before the first update it is as it is without a clock."""
    library = TvmazeLibrary(1, POPULATION, ChangeOptions(changed=0.1))
    show_id = next(iter(_json("/updates/shows?since=day", library)))
    now, later = (_json(f"/shows/{show_id}", library, at) for at in (NOW, NOW + timedelta(days=11)))
    assert later["updated"] > now["updated"]
    assert later["summary"] != now["summary"]
    before = datetime(2025, 12, 31, tzinfo=UTC)
    assert _json(f"/shows/{show_id}", library, before) == _json(f"/shows/{show_id}")


def test_answers_may_be_out_of_a_cache() -> None:
    """An hour old at most, a page of the index a day; never of the future."""
    library = TvmazeLibrary(1, 100, ChangeOptions(changed=1.0, stale_hours=1))
    fresh = TvmazeLibrary(1, 100, ChangeOptions(changed=1.0))
    ages: dict[str, float] = {"/shows?page=0": 0, "/shows/30": 0}
    for hour in range(0, 72, 5):
        now = NOW + timedelta(hours=hour)
        for target, age in ages.items():
            made = _json(target, library, now)
            show = next(one for one in made if one["id"] == 30) if "page" in target else made
            newest = _json("/shows/30", fresh, now)["updated"]
            assert show["updated"] <= newest
            if show["updated"] < newest:
                ages[target] = max(age, now.timestamp() - newest)
    assert 0 < ages["/shows?page=0"] <= 86_400
    assert ages["/shows/30"] <= 3_600


def test_any_page_of_a_large_index_is_there() -> None:
    """Of 85,000 shows each page is made by itself, with its own ids and few gaps."""
    library = TvmazeLibrary(1, 89_500, None)
    for page in (0, 100, 200, 340):
        ids = [show["id"] for show in _json(f"/shows?page={page}", library)]
        assert len(ids) > 200
        assert all(250 * page <= number < 250 * (page + 1) for number in ids)


def test_targets() -> None:
    """What is no path of TVmaze's is a 404, and so is a page that is no number."""
    for target in ("/", "/shows/x", "/shows/1/crew", "/people/1", "/shows?page=x", "/shows/0"):
        assert _answer(target).status == 404
    assert _json("/shows") == _json("/shows?page=0")
    assert date.fromisoformat(_json("/shows/1")["premiered"]).year == 1978
