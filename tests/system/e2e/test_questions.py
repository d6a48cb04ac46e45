"""Titles by a question to TMDB, end to end: names, persons, collections, genres, exports."""

import json
from pathlib import Path

import pytest
from command_line import harvester
from csvs import movies
from invariants import judge, records

from harvester.simulator import SimulatorOptions, simulate
from harvester.simulator.identity import identify

FAST = ["--rate", "3000", "--json"]
ONE_REQUEST = ["--requests", "append", "--endpoints", "details,credits,keywords"]
TRILOGY = "tmdb:collection/The Night Ferry"


async def test_a_trilogy_takes_five_requests(tmp_path: Path) -> None:
    """A search, the collection, and one request a movie, beside the check of the token."""
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", TRILOGY, "--lake", "l", *ONE_REQUEST, *FAST, tmdb=tmdb)
        stats = tmdb.stats()["by_endpoint"]
        again = await harvester("run", TRILOGY, "--lake", "l", *ONE_REQUEST, *FAST, tmdb=tmdb)
        assert tmdb.stats()["by_endpoint"] == stats
    assert (ended.code, again.code) == (0, 0), ended.err
    assert stats == {"authentication": 1, "search/collection": 1, "collection": 1, "movie": 3}
    assert 'collection "The Night Ferry Collection" (700001): 3 titles\n' in ended.err
    assert ": 3 titles in 1 question; about 3 requests, " in ended.err
    run = json.loads(ended.out)["run"]
    ids = [json.loads(line)["id"] for line in _titles(tmp_path / "l", run)]
    outcomes = judge(Path("l"), run, ids)
    assert {one["outcome"] for one in outcomes.values()} == {"harvested"}
    assert (await harvester("verify", "--lake", "l")).code == 0
    (kept,) = (tmp_path / f"l/Raw/TMDB/_harvest/{run}/asked").iterdir()
    asked = [json.loads(line) for line in kept.read_bytes().splitlines()]
    assert [one["request"].partition("?")[0] for one in asked] == [
        "search/collection",
        "collection/700001",
    ]
    assert [f"movie:{part['id']}" for part in asked[1]["response"]["parts"]] == ids


async def test_a_dry_run_shows_what_a_question_found() -> None:
    """The first ten titles with year and id, and how many there are; nothing is written."""
    genre = "tmdb:genre/Music?kind=movie"
    async with simulate(SimulatorOptions(latency_ms=0, population=1_000)) as tmdb:
        ended = await harvester(
            "run", genre, "tmdb:movie/Pulp Fiction", "--lake", "l", "--dry-run", tmdb=tmdb
        )
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[0].startswith('genre "Music" (10402) of movies: ')
    assert lines[0].endswith(" more, without a date, are out of reach")
    assert lines[1] == 'movie "Pulp Fiction (1994)" (110912): 1 title'
    assert lines[12] == "  tmdb:movie/110912 Pulp Fiction (1994)"
    assert not Path("l").exists()


async def test_questions_and_files_mix(tmp_path: Path) -> None:
    """A title belongs to the first input that has it; a retry and a report know the rest."""
    (tmp_path / "ids.txt").write_text("movie:133093\ntt0068646\n")
    matrix = "tmdb:collection/2344"
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", "ids.txt", matrix, "--lake", "l", *FAST, tmdb=tmdb)
    assert ended.code == 0, ended.err
    run = json.loads(ended.out)["run"]
    ids = [json.loads(line)["id"] for line in _titles(tmp_path / "l", run)]
    assert ids[:2] == ["movie:133093", "tt0068646"]
    assert len(ids) == len(set(ids)) == 5
    judge(Path("l"), run, ids)
    page = await harvester("report", "--lake", "l", "--output", "r.html")
    assert page.code == 0, page.err
    assert "The Matrix Collection" in Path("r.html").read_text("utf-8")


@pytest.mark.parametrize("faults", ["500=0.2,reset=0.1,truncated=0.1,html=0.1,gzip=0.1", "429=0.2"])
async def test_faults_while_planning_cost_nothing(faults: str) -> None:
    """Lists are asked again as titles are; the plan is the same."""
    question = "tmdb:person/Vera Lindholm"
    plans: list[list[bytes]] = []
    for one in ("", faults):
        options = SimulatorOptions(latency_ms=0, faults=one)
        async with simulate(options) as tmdb:
            ended = await harvester("run", question, "--lake", f"l{len(plans)}", *FAST, tmdb=tmdb)
        assert ended.code == 0, ended.err
        plans.append(_titles(Path(f"l{len(plans)}"), json.loads(ended.out)["run"]))
    assert plans[0] == plans[1]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("tmdb:movie/Salt Road", "tmdb:movie/700000008 for Salt Road (1961)"),
        ("tmdb:movie/No Such Film At All", "knows none of this name"),
        ("tmdb:movie/Salt Road?year=next", "year of four digits"),
        ("tmdb:person/Iris Quental", "may mean several"),
        ("tmdb:person/Nadia Umbral", "has no titles"),
        ("tmdb:person/?character=Ana", "--where character=C"),
        ("tmdb:genre/Musik", "did you mean 'Music'?"),
        ("tmdb:genre/Drama", "kind=movie or for kind=tv"),
        ("tmdb:collection/Breakwater", "has no parts"),
        ("tmdb:collection/Namesakes", "may mean several"),
        ("tmdb:export/people", "ask for movies, series"),
        ("tmdb:keyword/space", "is not a question to TMDB"),
    ],
)
async def test_what_finds_nothing_or_too_much_writes_nothing(question: str, said: str) -> None:
    """One sentence, exit 2, no lake."""
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", question, "--lake", "l", tmdb=tmdb)
    assert ended.code == 2, ended.err
    (line,) = ended.err.splitlines()
    assert line.startswith("harvester: tmdb:")
    assert said in line
    assert not Path("l").exists()


async def test_an_outage_while_planning_plans_nothing() -> None:
    """Exit 5: waiting can help, and the same command then asks again."""
    ended = await harvester("run", TRILOGY, "--lake", "l", tmdb="http://127.0.0.1:1/3")
    assert ended.code == 5, ended.err
    assert not Path("l").exists()


async def test_an_export_is_kept_and_read_by_its_path(tmp_path: Path) -> None:
    """The file lies in the lake byte for byte; named by its path, it gives the same titles."""
    question = "tmdb:export/movies?popularity=100"
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", question, "--lake", "l", *ONE_REQUEST, *FAST, tmdb=tmdb)
        assert ended.code == 0, ended.err
        run = json.loads(ended.out)["run"]
        (kept,) = (tmp_path / "l/Raw/TMDB/JSON/Exports/Movies").rglob("*.json.gz")
        dry = await harvester("run", str(kept), "--lake", "l", "--dry-run", tmdb=tmdb)
    assert dry.code == 0, dry.err
    titles = _titles(tmp_path / "l", run)
    assert len(titles) > 10
    assert (await harvester("verify", "--lake", "l")).code == 0
    assert int(dry.out.split(": ")[1].split(" ")[0].replace(",", "")) > len(titles)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_movie_of_an_export_takes_one_request() -> None:
    """3,000 movies by `append`: exactly one request each, beside the check of the token."""
    command = ["run", "tmdb:export/movies", "--limit", "3000", "--lake", "l", *ONE_REQUEST, *FAST]
    async with simulate(SimulatorOptions(latency_ms=0, population=4_000)) as tmdb:
        ended = await harvester(*command, tmdb=tmdb)
        stats = tmdb.stats()["by_endpoint"]
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["titles"]["harvested"] == 3000
    assert stats == {"authentication": 1, "export/movie": stats["export/movie"], "movie": 3000}
    assert stats["export/movie"] <= 2  # today's may not be there yet


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_csv_of_movies_takes_little_more_than_one_request(tmp_path: Path) -> None:
    """2,000 movies of which 12 % are unknown; the records are those of `fanout` with `find`."""
    known: list[int] = []
    unknown: list[int] = []
    number = 500_000
    while len(known) < 1760 or len(unknown) < 240:
        number += 1
        kinds = identify(1, number).kinds
        if kinds == {"movie"} and len(known) < 1760:
            known.append(number)
        elif not kinds and len(unknown) < 240:
            unknown.append(number)
    ids = movies(tmp_path / "m.csv", sorted(known + unknown))
    names = ["--endpoints", "details,credits,keywords"]
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        append = await harvester("run", "m.csv", "--lake", "a", *ONE_REQUEST, *FAST, tmdb=tmdb)
        sent = tmdb.stats()["requests"]
        fanout = await harvester("run", "m.csv", "--lake", "f", *names, *FAST, tmdb=tmdb)
    assert (append.code, fanout.code) == (0, 0), append.err
    assert sent - 1 <= 1.15 * len(ids)
    found = []
    for lake, ended in (("a", append), ("f", fanout)):
        run = json.loads(ended.out)["run"]
        judge(Path(lake), run, ids)
        found.append(records(Path(lake), run))
        for record in found[-1].values():
            del record["fetched_at"]
    assert found[0] == found[1]


def _titles(lake: Path, run: str) -> list[bytes]:
    return (lake / f"Raw/TMDB/_harvest/{run}/plan-titles.jsonl").read_bytes().splitlines()
