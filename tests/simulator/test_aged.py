"""The simulator by a clock: bodies that change, titles that go, lists of changes, old answers."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from harvester.simulator import ChangeOptions, SimulatorOptions, simulate
from harvester.simulator.aged import AgedLibrary
from harvester.simulator.course import SINCE, Course
from harvester.simulator.library import Library
from harvester.simulator.routes import route

POPULATION = 2_000
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MOVIES = range(800_000_000, 800_000_000 + POPULATION)


class Clocked:
    """A library by a clock that a test moves."""

    def __init__(self, seed: int = 1, **options: Any) -> None:
        self.now = NOON
        self.course = Course(seed, POPULATION, ChangeOptions(**options))
        self.plain = Library(seed, population=POPULATION)
        self.aged = AgedLibrary(self.plain, self.course)

    @property
    def at(self) -> int:
        """The moment in seconds."""
        return int(self.now.timestamp())

    def asked(self, path: str) -> tuple[int, Any]:
        """Return status and body."""
        answer = self.aged.answer(route(f"/3/{path}"), self.now)
        return answer.status, json.loads(answer.body.raw)

    def listed(self, path: str) -> list[Any]:
        """Return the ids of all pages."""
        ids: list[Any] = []
        page, pages = 1, 1
        while page <= pages:
            status, body = self.asked(f"{path}&page={page}")
            assert (status, body["page"]) == (200, page)
            pages = body["total_pages"]
            ids += [item["id"] for item in body["results"]]
            page += 1
        assert len(ids) == body["total_results"]
        return ids


def window(day: date) -> str:
    """Return a path that asks for one day's movies."""
    return f"movie/changes?start_date={day}&end_date={day + timedelta(days=1)}"


def test_before_the_beginning_all_is_as_without_a_clock() -> None:
    """Byte for byte, so that nothing that relies on bodies sees a difference."""
    clocked = Clocked()
    for now in (SINCE - timedelta(days=300), SINCE - timedelta(seconds=1)):
        for path in ("movie/800000005", "find/tt0111161?external_source=imdb_id", "tv/1399"):
            asked = route(f"/3/{path}")
            assert clocked.aged.answer(asked, now) == clocked.plain.answer(asked)


def test_a_change_shows_in_details_and_in_its_days_list() -> None:
    """Before it one overview, after it another; votes and popularity move without a change."""
    clocked = Clocked(deleted=0, merged=0, away=0)
    before, after = NOON.replace(hour=0), NOON.replace(hour=23, minute=59, second=59)
    clocked.now = after
    ids = [one for one in clocked.listed(window(NOON.date())) if one in MOVIES]
    for number in ids[:5]:
        seen = []
        for clocked.now in (before - timedelta(seconds=1), after):
            _, details = clocked.asked(f"movie/{number}?append_to_response=keywords")
            _, found = clocked.asked(f"find/tt{number}?external_source=imdb_id")
            (item,) = found["movie_results"]
            assert all(item[key] == details[key] for key in ("overview", "vote_count", "id"))
            assert item["popularity"] == details["popularity"]
            assert "keywords" in details
            seen.append(details)
        assert seen[0]["overview"] != seen[1]["overview"]
        assert "Revised" in seen[1]["overview"]
        assert list(seen[0]) == list(seen[1])
    unchanged = next(number for number in MOVIES if number not in ids and number % 3)
    clocked.now = before
    _, first = clocked.asked(f"movie/{unchanged}")
    clocked.now = after + timedelta(days=1)
    _, second = clocked.asked(f"movie/{unchanged}")
    assert second["vote_count"] > first["vote_count"]
    assert second["popularity"] != first["popularity"]


def test_lists_have_null_ids_null_adults_and_ids_that_come_twice() -> None:
    """And with all that exactly the titles that changed."""
    clocked = Clocked(changed=0.5)
    clocked.now = NOON + timedelta(days=1)
    path = window(NOON.date())
    ids = clocked.listed(path)
    begin = int(NOON.replace(hour=0).timestamp())
    changed = clocked.course.changed("movie", begin, begin + 86_400)
    assert set(ids) - {None, 278, 680} == set(changed)
    assert 0 < ids.count(None) < 0.02 * len(ids)
    assert len(changed) < len(ids) - ids.count(None)
    _, body = clocked.asked(path)
    assert list(body) == ["results", "page", "total_pages", "total_results"]
    assert {tuple(item) for item in body["results"]} == {("id", "adult")}
    pages = (clocked.asked(f"{path}&page={page}")[1] for page in range(1, 8))
    assert {item["adult"] for one in pages for item in one["results"]} == {None, False, True}
    assert len(body["results"]) == 100


def test_a_title_of_a_real_id_is_listed_by_both() -> None:
    """tt0111161 is 278 and 111161 here."""
    clocked = Clocked(changed=1.0, away=0)
    ids: set[Any] = set()
    for ahead in range(3):
        ids.update(clocked.listed(window(NOON.date() - timedelta(days=ahead))))
    assert {278, 111161} <= ids


def test_a_whole_day_in_one_page_whose_totals_are_one() -> None:
    """As TMDB answered on 2022-11-26."""
    clocked = Clocked(changed=0.5, one_page=True)
    _, body = clocked.asked(window(NOON.date()))
    assert len(body["results"]) > 300
    assert (body["page"], body["total_pages"], body["total_results"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("start_date=2026-03-01&end_date=2026-03-15", 200, None),
        ("start_date=2026-03-01&end_date=2026-03-16", 422, 20),
        ("start_date=yesterday", 400, 23),
        ("end_date=2026-02-30", 400, 23),
        ("page=501", 400, 22),
        ("page=500", 200, None),
        ("", 200, None),
    ],
)
def test_windows_and_pages_have_their_bounds(query: str, status: int, code: int | None) -> None:
    """Codes of https://developer.themoviedb.org/docs/errors; with and without a course of time."""
    answered = Clocked().asked(f"tv/changes?{query}")
    assert (answered[0], answered[1].get("status_code")) == (status, code)
    plain = Library(1).answer(route(f"/3/tv/changes?{query}"))
    assert plain.status == status


def test_without_dates_it_is_the_last_24_hours() -> None:
    """https://developer.themoviedb.org/reference/changes-movie-list; other names are ignored."""
    clocked = Clocked(changed=0.3)
    last = clocked.course.changed("movie", clocked.at + 1 - 86_400, clocked.at + 1)
    assert set(clocked.listed("movie/changes?from=2020-01-01")) - {None, 278, 680} == set(last)


def test_a_deleted_title_is_gone_from_find_too() -> None:
    """404 for all of it, by either id; `find` has five empty arrays."""
    clocked = Clocked(deleted=0.01, merged=0)
    number = next(one for one in MOVIES if clocked.course.is_gone("movie", one, clocked.at))
    for path in (f"movie/{number}", f"movie/{number}/credits", f"movie/tt{number}"):
        assert clocked.asked(path)[0] == 404
    status, found = clocked.asked(f"find/tt{number}?external_source=imdb_id")
    assert status == 200
    assert not any(found.values())
    clocked.now = SINCE
    assert clocked.asked(f"movie/{number}")[0] == 200


def test_a_merged_title_is_found_as_the_other() -> None:
    """The old id answers 404; its IMDb id leads to one that answers."""
    clocked = Clocked(deleted=0, merged=0.01, away=0)
    number = next(one for one in MOVIES if clocked.course.is_gone("movie", one, clocked.at))
    assert clocked.asked(f"movie/{number}")[0] == 404
    _, found = clocked.asked(f"find/tt{number}?external_source=imdb_id")
    (item,) = found["movie_results"]
    assert item["id"] != number
    status, details = clocked.asked(f"movie/{item['id']}")
    assert (status, details["title"]) == (200, item["title"])
    assert clocked.asked(f"movie/tt{number}")[1]["id"] == item["id"]


def test_a_title_that_is_away_is_found_and_comes_back() -> None:
    """404 on details for some hours, as everybody once got (sct/overseerr#3655)."""
    clocked = Clocked(deleted=0, merged=0, away=0.05)
    number = next(one for one in MOVIES if clocked.course.is_away("movie", one, clocked.at))
    assert clocked.asked(f"movie/{number}")[0] == 404
    assert clocked.asked(f"movie/{number}/keywords")[0] == 404
    _, found = clocked.asked(f"find/tt{number}?external_source=imdb_id")
    assert found["movie_results"][0]["id"] == number
    clocked.now += timedelta(hours=10)
    assert clocked.asked(f"movie/{number}")[0] == 200


def test_old_answers_are_whole_once_a_day_is_settled() -> None:
    """Up to 16 hours old: a list may lack changes of its day until 16 hours after its end.

    So may the titles in it; after that neither lacks any.
    """
    clocked = Clocked(changed=0.2, stale_hours=16, deleted=0, merged=0, away=0)
    begin = int(NOON.replace(hour=0).timestamp())
    changed = set(clocked.course.changed("movie", begin, begin + 86_400))
    end = NOON.replace(hour=0) + timedelta(days=1)
    clocked.now = end
    early: set[Any] = set()
    for page in range(1, 6):
        _, body = clocked.asked(f"{window(NOON.date())}&page={page}")
        early |= {item["id"] for item in body["results"]}
    assert not changed <= early
    clocked.now = end + timedelta(hours=16)
    assert changed <= set(clocked.listed(window(NOON.date())))
    for number in sorted(changed & set(MOVIES))[:20]:
        version = clocked.course.version("movie", number, begin + 86_399)
        overview = clocked.asked(f"movie/{number}")[1]["overview"]
        assert int(overview.rpartition("Revised ")[2].split()[0]) >= version


async def test_over_http_by_a_clock_that_moves() -> None:
    """Counted as movie/changes and tv/changes; a fault on details has the aged ones."""
    now = NOON
    options = SimulatorOptions(
        latency_ms=0,
        population=POPULATION,
        now=lambda: now,
        changes=ChangeOptions(changed=1.0, deleted=0, merged=0, away=0),
        faults="dropped=1",
    )
    async with (
        simulate(options) as simulator,
        aiohttp.ClientSession(headers={"Authorization": "Bearer any"}) as session,
    ):

        async def body_of(path: str) -> Any:
            async with session.get(f"{simulator.base_url}/{path}") as response:
                return await response.json()

        assert (await body_of("movie/changes"))["total_results"] > 1_000
        assert (await body_of("tv/changes?page=2"))["page"] == 2
        path = "movie/800000007?append_to_response=credits"
        first = await body_of(path)
        now += timedelta(days=3)
        second = await body_of(path)
        assert "credits" not in first
        assert first["overview"] != second["overview"]
        by_endpoint = simulator.stats()["by_endpoint"]
        assert by_endpoint == {"movie/changes": 1, "tv/changes": 1, "movie": 2}


async def test_a_simulator_without_changes_lists_none() -> None:
    """By any clock: its bodies never change, and so its lists are empty."""
    options = SimulatorOptions(latency_ms=0, now=lambda: NOON)
    async with (
        simulate(options) as simulator,
        aiohttp.ClientSession(headers={"Authorization": "Bearer any"}) as session,
        session.get(f"{simulator.base_url}/{window(NOON.date())}") as response,
    ):
        assert await response.json() == {
            "results": [],
            "page": 1,
            "total_pages": 1,
            "total_results": 0,
        }
