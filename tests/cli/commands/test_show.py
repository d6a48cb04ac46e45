"""`harvester show`: what the lake holds of one title, as a person and a program read it."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import harvester
from made_lake import Made, make

from harvester.cli.console.title import title_lines
from harvester.run.show.title import find_title
from harvester.run.visible import visible
from harvester.simulator import SimulatorOptions, simulate

PAGES = (
    "tt0111161",
    "https://www.imdb.com/title/tt0111161/",
    "https://m.imdb.com/pt/title/tt0111161/fullcredits?ref_=x",
)


async def test_a_title_harvested_twice() -> None:
    """By id and by page: facts, both outcomes, records with their keys; the keys are files."""
    Path("movies.txt").write_text("tt0111161\ntt0068646\n")
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        for more in ((), ("--fresh", "--endpoints", "details,images")):
            ended = await harvester("run", "movies.txt", "--lake", "l", "-q", *more, tmdb=tmdb)
            assert ended.code == 0, ended.err
    said = [await harvester("show", page, "--lake", "l") for page in PAGES]
    assert {(one.code, one.out, one.err) for one in said} == {(0, said[0].out, "")}
    out = said[0].out
    assert "The Shawshank Redemption" in out
    assert out.count("  harvested") == 2
    named = [line.split() for line in out.partition("\nrecords\n")[2].splitlines()]
    assert [words[0] for words in named] == ["find", "details", "credits", "keywords", "images"]
    assert all("today" in words and Path("l", words[-1]).is_file() for words in named)

    as_json = await harvester("show", PAGES[0], "--lake", "l", "--json")
    content = json.loads(as_json.out)
    assert (as_json.code, as_json.err) == (0, "")
    assert [one["endpoint"] for one in content["records"]] == [words[0] for words in named]
    for one in content["records"]:
        assert one["record"] in json.loads(Path("l", one["key"]).read_bytes())
    assert one["record"]["tmdb_id"] == content["tmdb_id"]
    by_tmdb = await harvester("show", f"movie:{content['tmdb_id']}", "--lake", "l", "--json")
    assert json.loads(by_tmdb.out)["records"] == content["records"]
    images = await harvester("show", PAGES[0], "--lake", "l", "--json", "--endpoint", "images")
    assert json.loads(images.out)["records"] == content["records"][-1:]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["278"], "movie:278 or tv:278"),
        (["https://www.themoviedb.org/person/31"], "names no title"),
        (["tt0000005"], "holds nothing of tt0000005: `echo tt0000005 | harvester run -`"),
        (["tv:5"], "holds nothing of tv:5: `harvester run tmdb:tv/5`"),
        (["tt0111161", "--endpoint", "images"], "holds no images of tt0111161"),
        (["tt0111161", "--endpoint", "image"], "did you mean 'images'"),
    ],
)
async def test_what_is_not_there_is_exit_2(tmp_path: Path, args: list[str], words: str) -> None:
    """As a run that the lake does not have is: one sentence that says what to do."""
    await make(tmp_path, [Made("tt0111161", tmdb_id=278, bodies={"details": {"id": 278}})])
    for more in ((), ("--json",)):
        ended = await harvester("show", *args, "--lake", str(tmp_path), *more)
        assert (ended.code, ended.out) == (2, "")
        assert words in ended.err
        assert len(ended.err.splitlines()) == 1


async def test_damage_is_exit_3(tmp_path: Path) -> None:
    """A record that is not its manifest's and a run that can't be read are named."""
    body = {"id": 278, "title": "A Title"}
    await make(tmp_path, [Made("tt0111161", bodies=dict.fromkeys(("details", "credits"), body))])
    await make(tmp_path, [Made("tt0111161")], run="20261123-11111111")
    (tmp_path / "Raw/TMDB/_harvest/20261123-11111111/plan.json").write_bytes(b"{")
    path = next(tmp_path.glob("Raw/TMDB/JSON/Movies/credits/**/*.json"))
    path.write_bytes(path.read_bytes().replace(b"A Title", b"B Title"))
    for more in ((), ("--json",)):
        ended = await harvester("show", "tt0111161", "--lake", str(tmp_path), *more)
        assert ended.code == 3
        assert "A Title" in ended.out
        assert "B Title" not in ended.out
        assert "20261123-11111111/plan.json is damaged" in ended.err
        assert f"{path.name} is not what its manifest says" in ended.err


async def test_what_a_title_says_steers_no_terminal(tmp_path: Path) -> None:
    """Escape sequences and turned text in TMDB's words, in lines and in JSON."""
    title = "\x1b[2J\u202etxt\x9b31m\nharvester: all is well"
    body: dict[str, Any] = {"id": 278, "title": title, "genres": [{"name": title}]}
    bodies = dict.fromkeys(("find", "details", "credits", "keywords"), body)
    await make(tmp_path, [Made("tt0111161", tmdb_id=278, bodies=bodies)])
    plain = await harvester("show", "tt0111161", "--lake", str(tmp_path))
    as_json = await harvester("show", "tt0111161", "--lake", str(tmp_path), "--json")
    for ended in (plain, as_json):
        assert ended.code == 0, ended.err
        assert all(visible(line) == line for line in ended.out.split("\n"))
    assert json.loads(as_json.out)["records"][1]["record"]["response"] == body


@pytest.mark.parametrize(
    ("days", "age"), [(0, "today"), (0.9, "today"), (1, "1 day ago"), (200.5, "200 days ago")]
)
async def test_a_records_age(tmp_path: Path, days: float, age: str) -> None:
    """In whole days since it was fetched."""
    fetched = datetime(2026, 11, 24, 7, tzinfo=UTC)
    title = Made("tt0111161", bodies={"find": {"id": 278}}, fetched_at="2026-11-24T07:00:00Z")
    await make(tmp_path, [title], day=date(2026, 11, 24))
    lines = title_lines(
        await find_title(str(tmp_path), 111161, "find"), fetched + timedelta(days=days)
    )
    assert f"find  {age}  Raw/TMDB/JSON/Find/" in lines[-1]
