"""TMDB's own responses, recorded and served over real HTTP, arrive unchanged."""

import json
from pathlib import Path

import pytest
from command_line import harvester
from csvs import MOVIES, shared
from invariants import judge
from scripted_tmdb import Reply, ScriptedTmdb, scripted_tmdb

_PATHS = {
    "details": "{media}/{id}",
    "credits": "{media}/{id}/credits",
    "keywords": "{media}/{id}/keywords",
}


def _ids(path: Path, ids: list[str]) -> None:
    rows = [f"{one}|T|T|1999|1|\\N|1.0|1|actor|\\N|N|\\N|\\N||tt1" for one in ids]
    path.write_text("\n".join([MOVIES, *rows, ""]), encoding="utf-8")


def _serve(tmdb: ScriptedTmdb, recorded: Path, prefix: str) -> tuple[list[str], list[bytes]]:
    """Serve each recorded body at its path; return the titles to request, and the bodies."""
    titles: dict[tuple[str, int], str] = {}
    bodies = []
    for media in ("movie", "tv"):
        for endpoint, pattern in _PATHS.items():
            for file in sorted((recorded / f"{prefix}{media}_{endpoint}").glob("*.json")):
                if file.name.endswith(".headers.json"):
                    continue
                body = file.read_bytes()
                number = int(json.loads(body)["id"])
                imdb_id = titles.setdefault((media, number), f"tt{9_000_000 + len(titles)}")
                tmdb.replies[pattern.format(media=media, id=number)] = Reply(body)
                tmdb.find(imdb_id, media, number)
                bodies.append(body)
    return list(titles.values()), bodies


@pytest.mark.parametrize("prefix", ["", "derived_"])
async def test_recorded_bodies_arrive_byte_for_byte(prefix: str) -> None:
    """Every recorded details, credits and keywords body is in a record file, unchanged."""
    recorded = shared("tmdb/recorded")
    async with scripted_tmdb() as tmdb:
        titles, bodies = _serve(tmdb, recorded, prefix)
        _ids(Path("movies.csv"), titles)
        ended = await harvester(
            "run", "movies.csv", "--lake", "l", "--rate", "1000", "--json", tmdb=tmdb.base_url
        )
    assert ended.code == 0, ended.err
    outcomes = judge(Path("l"), json.loads(ended.out)["run"], titles)
    assert {outcome["outcome"] for outcome in outcomes.values()} == {"harvested"}
    assert len(bodies) > 50
    _assert_spliced(bodies)


async def test_recorded_find_bodies_arrive_byte_for_byte() -> None:
    """Every recorded find body is kept unchanged, whatever its arrays contain."""
    recorded = shared("tmdb/recorded/find")
    async with scripted_tmdb() as tmdb:
        bodies: list[bytes] = []
        titles = []
        for file in sorted(recorded.glob("*.json")):
            if file.name.endswith(".headers.json"):
                continue
            body = file.read_bytes()
            imdb_id = f"tt{9_100_000 + len(bodies)}"
            for media in ("movie", "tv"):
                for item in json.loads(body)[f"{media}_results"]:
                    tmdb.find(imdb_id, media, item["id"])
            tmdb.replies[f"find/{imdb_id}"] = Reply(body)
            titles.append(imdb_id)
            bodies.append(body)
        _ids(Path("movies.csv"), titles)
        ended = await harvester(
            "run", "movies.csv", "--lake", "l", "--rate", "1000", "--json", tmdb=tmdb.base_url
        )
    assert ended.code == 0, ended.err
    outcomes = judge(Path("l"), json.loads(ended.out)["run"], titles)
    assert len(bodies) > 10
    _assert_spliced(bodies)
    for imdb_id, body in zip(titles, bodies, strict=True):
        found = json.loads(body)
        movies, series = found["movie_results"], found["tv_results"]
        outcome = outcomes[imdb_id]
        if movies:
            assert (outcome["media_type"], outcome["tmdb_id"]) == ("movie", movies[0]["id"])
        elif series:
            assert (outcome["media_type"], outcome["tmdb_id"]) == ("tv", series[0]["id"])
        else:
            assert outcome["outcome"] == "unmatched"


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("404_code34_2021_success", 404, "gone"),
        ("404_code34_2024_success", 404, "gone"),
        ("404_code6_2024_success", 404, "gone"),
        ("422_errors_array_2020", 422, "details: http_422"),
    ],
)
async def test_recorded_errors_of_one_title(name: str, status: int, reason: str) -> None:
    """A recorded error for one title fails that title, exit 3; the others are harvested."""
    body = (shared("tmdb/recorded/error") / f"{name}.json").read_bytes()
    async with scripted_tmdb() as tmdb:
        tmdb.replies["movie/1"] = Reply(body, status)
        tmdb.find("tt9000001", "movie", 1)
        tmdb.find("tt9000002", "movie", 2)
        _ids(Path("movies.csv"), ["tt9000001", "tt9000002"])
        ended = await harvester(
            "run", "movies.csv", "--lake", "l", "--rate", "1000", "--json", tmdb=tmdb.base_url
        )
    assert ended.code == 3, ended.err
    outcomes = judge(Path("l"), json.loads(ended.out)["run"])
    assert outcomes["tt9000001"]["outcome"] == "failed"
    assert outcomes["tt9000001"]["reason"] == reason
    assert outcomes["tt9000002"]["outcome"] == "harvested"


@pytest.mark.parametrize("year", ["2013", "2016", "2017_success"])
async def test_recorded_refusals_of_the_token(year: str) -> None:
    """A recorded 401 during a run ends it with 4; no title is written as failed."""
    body = (shared("tmdb/recorded/error") / f"401_code7_{year}.json").read_bytes()
    async with scripted_tmdb() as tmdb:
        tmdb.replies["movie/1"] = Reply(body, 401)
        tmdb.find("tt9000001", "movie", 1)
        _ids(Path("movies.csv"), ["tt9000001"])
        ended = await harvester(
            "run", "movies.csv", "--lake", "l", "--rate", "1000", "--json", tmdb=tmdb.base_url
        )
    assert ended.code == 4
    report = json.loads(ended.out)
    assert report["finish_reason"] == "token_refused"
    assert report["titles"]["pending"] == 1
    assert not list(Path("l").rglob("units/*"))
    assert "TMDB_TOKEN" in ended.err


async def test_recorded_throttling_is_waited_out() -> None:
    """A recorded 429, without Retry-After, costs time and no title."""
    body = (shared("tmdb/recorded/error") / "429_code25_legacy.json").read_bytes()
    async with scripted_tmdb() as tmdb:
        tmdb.replies["movie/1"] = [Reply(body, 429), Reply(b'{"id":1}')]
        tmdb.find("tt9000001", "movie", 1)
        _ids(Path("movies.csv"), ["tt9000001"])
        ended = await harvester(
            "run", "movies.csv", "--lake", "l", "--rate", "1000", "--json", tmdb=tmdb.base_url
        )
    assert ended.code == 0, ended.err
    report = json.loads(ended.out)
    assert (report["titles"]["harvested"], report["requests"]["throttled"]) == (1, 1)


def _assert_spliced(bodies: list[bytes]) -> None:
    files = [path.read_bytes() for path in Path("l/Raw/TMDB/JSON").rglob("*.json")]
    for body in bodies:
        spliced = b'"response":' + body + b"}"
        assert any(spliced in data for data in files), body[:80]
