"""OMDb's own answers, recorded and of the kinds that it sends, end as a person would say.

Served over real HTTP; what is harvested is in a record file, byte for byte.
"""

import json
from pathlib import Path

import pytest
from command_line import harvester
from csvs import shared
from scripted_omdb import KEY, OmdbReply, ScriptedOmdb, refusal, scripted_omdb, title

from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.verify import Checked, verify_run
from harvester.stores import open_store

ID = "tt0770828"
GOOD = title(ID)


async def outcome_of(
    omdb: ScriptedOmdb, imdb_id: str, reply: OmdbReply
) -> tuple[str, str | None, str | None]:
    """Harvest one title that has this answer; return outcome, reason and media type."""
    omdb.replies[imdb_id] = reply
    lake = Path(f"lake-{len(list(Path().glob('lake-*')))}")
    Path("ids.txt").write_text(f"{imdb_id}\n", encoding="utf-8")
    report = await harvest(omdb.settings("ids.txt", lake=str(lake)), stop=Stop())
    assert report.finish_reason == "finished"
    async with open_store(str(lake)) as store:
        assert not [breach async for breach in verify_run(store, report.run, Checked())]
    (manifest,) = lake.glob(f"Raw/OMDb/_harvest/{report.run}/units/*.json")
    (outcome,) = json.loads(manifest.read_bytes())["outcomes"].values()
    files = list((lake / "Raw/OMDb/JSON/Titles").rglob("*.json"))
    assert len(files) == report.titles.harvested
    if files:
        (record,) = json.loads(files[0].read_bytes())
        assert list(record)[:5] == ["id", "imdb_id", "origin", "origin_id", "endpoint"]
        assert record["origin_id"] == outcome["origin_id"] == record["response"]["imdbID"]
        assert b'"response":' + reply.body + b"}" in files[0].read_bytes()
    assert not [path for path in lake.rglob("*") if path.is_file() and KEY in path.read_text()]
    return outcome["outcome"], outcome["reason"], outcome["media_type"]


async def test_recorded_answers() -> None:
    """A title is harvested, an error unmatched, and what is no title's body is a failure."""
    files = sorted(shared("omdb").glob("*.json"))
    assert len(files) > 10
    ended: dict[str, tuple[str, str | None, str | None]] = {}
    async with scripted_omdb() as omdb:
        for file in files:
            body = json.loads(file.read_bytes())
            imdb_id = body.get("imdbID", "tt1231230123")
            reply = OmdbReply(file.read_bytes())
            ended[file.name] = await outcome_of(omdb, imdb_id, reply)
            if "imdbID" in body:
                media_type = {"movie": "movie", "series": "tv"}[body["Type"]]
                assert ended[file.name] == ("harvested", None, media_type), file.name
            elif "Error" in body:
                assert ended[file.name] == ("unmatched", body["Error"], None), file.name
            else:
                assert ended[file.name] == ("failed", "unexpected_shape", None), file.name
    assert ended["id_unknown_incorrect_imdb_id_2016.json"][1] == "Incorrect IMDb ID."
    assert {one[0] for one in ended.values()} == {"harvested", "unmatched", "failed"}


@pytest.mark.parametrize(
    ("reply", "outcome", "requests"),
    [
        (OmdbReply(GOOD), ("harvested", None, "movie"), 1),
        (OmdbReply(title(ID, Type="series")), ("harvested", None, "tv"), 1),
        (OmdbReply(title(ID, Type="game")), ("harvested", None, None), 1),
        (
            OmdbReply(json.dumps(json.loads(GOOD), indent=1).encode()),
            ("harvested", None, "movie"),
            1,
        ),
        (refusal("Movie not found!"), ("unmatched", "Movie not found!", None), 1),
        (refusal("Error getting data."), ("unmatched", "Error getting data.", None), 1),
        (refusal("Incorrect IMDb ID."), ("unmatched", "Incorrect IMDb ID.", None), 1),
        (OmdbReply(GOOD.replace(b"Title tt", rb"\S tt")), ("failed", "not_json", None), 2),
        (OmdbReply(GOOD.replace(b"Title tt", rb"\' tt")), ("failed", "not_json", None), 2),
        (OmdbReply(GOOD.replace(b"Title tt", b"\t tt")), ("failed", "not_json", None), 2),
        (OmdbReply(GOOD.replace(b"Title tt", b"\x1d tt")), ("failed", "not_json", None), 2),
        (OmdbReply(GOOD.replace(b'", "Year"', rb'\", "Year"')), ("failed", "not_json", None), 2),
        (OmdbReply(title("tt0770829")), ("failed", "another_id", None), 2),
        (OmdbReply(b'{"Response":"True"}'), ("failed", "unexpected_shape", None), 2),
    ],
)
async def test_answers_of_known_kinds(
    reply: OmdbReply,
    outcome: tuple[str, str | None, str | None],
    requests: int,
) -> None:
    """What is broken is asked for twice, and never repaired; all else is asked for once."""
    async with scripted_omdb() as omdb:
        assert await outcome_of(omdb, ID, reply) == outcome
        assert len(omdb.queries) == requests


async def test_a_body_that_is_broken_once_is_harvested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Damage on the way passes, by the command line, too; the key is in nothing that it says."""
    async with scripted_omdb() as omdb:
        omdb.replies[ID] = [OmdbReply(GOOD[:-9]), OmdbReply(GOOD)]
        monkeypatch.setenv("OMDB_BASE_URL", omdb.base_url)
        monkeypatch.setenv("OMDB_API_KEY", KEY)
        Path("ids.txt").write_text(f"{ID}\n", encoding="utf-8")
        ended = await harvester("run", "ids.txt", "--lake", "l", "--origin", "omdb", "--verbose")
        said = [ended]
        lake = ("--lake", "l")
        for command in (
            ("status", *lake),
            ("show", ID, *lake),
            ("report", *lake, "-o", "report.html"),
            ("config", "--json"),
        ):
            said.append(await harvester(*command))
            assert said[-1].code == 0, said[-1].err
    assert ended.code == 0, ended.err
    assert "not_json; again in" in ended.err
    assert KEY not in "".join(one.out + one.err for one in said)
    assert "report.html" in [path.name for path in Path().iterdir()]
    files = [path for path in Path().rglob("*") if path.is_file()]
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
    (file,) = Path("l/Raw/OMDb/JSON/Titles").rglob("*.json")
    assert GOOD in file.read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("Invalid API key!", 4, "check OMDB_API_KEY"),
        ("Request limit reached!", 10, "run the same command again tomorrow"),
    ],
)
async def test_what_ends_a_command(
    words: str, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its exit code, and what to do about it."""
    async with scripted_omdb() as omdb:
        omdb.replies[ID] = refusal(words, 401)
        monkeypatch.setenv("OMDB_BASE_URL", omdb.base_url)
        monkeypatch.setenv("OMDB_API_KEY", KEY)
        Path("ids.txt").write_text(f"{ID}\n", encoding="utf-8")
        ended = await harvester("run", "ids.txt", "--lake", "l", "--origin", "omdb")
    assert ended.code == code, ended.err
    assert said in ended.err
    assert KEY not in ended.out + ended.err
