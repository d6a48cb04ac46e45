"""End to end on a local lake, through the real command line and the simulator."""

import json
import re
from pathlib import Path

import pytest
from command_line import harvester
from csvs import movies, series, shared
from invariants import judge, records, timeless
from scripted_tmdb import scripted_tmdb

from harvester.lake.keys import RunFolder
from harvester.simulator import SimulatorOptions, simulate

FAST = SimulatorOptions(latency_ms=0)


async def test_the_sample_is_uploaded_planned_and_harvested_without_any_key() -> None:
    """`run --local` in an empty folder gives a complete lake and says the data is synthetic."""
    ended = await harvester("run", "--local", "--rate", "400", "--json")
    assert ended.code == 0, ended.err
    report = json.loads(ended.out)
    outcomes = judge(Path("lake"), report["run"])
    assert report["synthetic"] is True
    assert "synthetic" in ended.err
    assert len(outcomes) > 100
    uploaded = sorted(path.name for path in Path("lake/Raw/Local/CSV").rglob("*.csv"))
    assert uploaded == ["movies.csv", "series.csv"]
    assert any(facts["rejected"] for facts in report["inputs"])
    assert "rejected" in ended.err


@pytest.mark.parametrize(
    "more", [["--dry-run"], ["--only", "due"], ["--origin", "omdb"], ["--limit", "5"]]
)
async def test_a_lake_that_holds_other_titles_gets_the_sample_too(more: list[str]) -> None:
    """As long as they are simulated: the help promises it of `run --local`."""
    Path("m.txt").write_text("tt0111161\n", encoding="utf-8")
    first = await harvester("run", "m.txt", "--local", "-q")
    ended = await harvester("run", "--local", "--rate", "400", *more)
    assert (first.code, ended.code) == (0, 0), ended.err
    assert "rows" in ended.out + ended.err
    kept = Path("lake/Raw/Local/CSV/Movies")
    assert kept.exists() is ("--dry-run" not in more)


@pytest.mark.parametrize(
    "what", ["tmdb:genre/Western?kind=movie&year=1960..1969", "m.txt", "tmdb:movie/278"]
)
async def test_a_dry_run_says_that_its_titles_are_simulated(what: str) -> None:
    """On stderr, as a run does, and as `synthetic` with `--json`; `-q` leaves the words out."""
    Path("m.txt").write_text("tt0111161\n", encoding="utf-8")
    command = ["run", what, "--local", "--dry-run"]
    said = await harvester(*command)
    quiet = await harvester(*command, "-q", "--json")
    assert said.err == "No TMDB token: TMDB is simulated; its data is synthetic.\n"
    assert (quiet.code, quiet.err) == (0, "")
    assert json.loads(quiet.out)["synthetic"] is True


async def test_a_dry_run_of_real_titles_says_nothing_of_a_simulator() -> None:
    """Nor does one that asked nobody."""
    Path("m.txt").write_text("tt0111161\n", encoding="utf-8")
    async with scripted_tmdb() as tmdb:
        ended = await harvester(
            *("run", "m.txt", "--lake", "l", "--dry-run", "--json"), tmdb=tmdb.base_url
        )
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["synthetic"] is False


async def test_a_dry_run_knows_a_simulator_elsewhere_once_it_was_asked() -> None:
    """There is a token, and so no word that there is none."""
    async with simulate(FAST) as tmdb:
        ended = await harvester(
            *("run", "tmdb:movie/Northbound", "--lake", "l", "--dry-run"), tmdb=tmdb
        )
    assert (ended.code, ended.err) == (0, "TMDB is simulated; its data is synthetic.\n")


async def test_that_nothing_is_due_is_said_of_simulated_titles() -> None:
    """In words, in the Report and in the preview: no plan was made that would tell it."""
    Path("m.txt").write_text("tt0111161\n", encoding="utf-8")
    command = ["run", "m.txt", "--local", "--only", "due"]
    await harvester(*command, "-q")
    ended = await harvester(*command, "--json")
    report = json.loads(ended.out)
    assert (report["finish_reason"], report["synthetic"]) == ("nothing_due", True)
    assert "synthetic" in ended.err
    dry = json.loads((await harvester(*command, "--dry-run", "--json")).out)
    assert (dry["state"], dry["synthetic"]) == ("nothing_due", True)


async def test_a_second_run_has_nothing_to_do_and_asks_nothing(tmp_path: Path) -> None:
    """The same command again exits with 0, sends no request and changes no file."""
    movies(tmp_path / "m.csv", range(1, 131))
    async with simulate(FAST) as tmdb:
        command = ["run", "m.csv", "--lake", "l", "--rate", "1000"]
        first = await harvester(*command, tmdb=tmdb)
        served = tmdb.stats()["requests"]
        before = {path: path.stat().st_mtime_ns for path in Path("l").rglob("*")}
        second = await harvester(*command, "--json", tmdb=tmdb)
        assert (first.code, second.code) == (0, 0)
        assert tmdb.stats()["requests"] == served
    assert "nothing to do" in second.err
    assert json.loads(second.out)["finish_reason"] == "nothing_to_do"
    assert before == {path: path.stat().st_mtime_ns for path in Path("l").rglob("*")}


@pytest.mark.slow
async def test_real_samples_against_a_limited_tmdb() -> None:
    """Both real samples at 48/s: one outcome per title, none failed, connections in bounds."""
    csv = shared("csv")
    options = SimulatorOptions(limit=50, latency_ms=50)
    async with simulate(options) as tmdb:
        ended = await harvester(
            *["run", str(csv / "movies.csv"), str(csv / "series.csv")],
            *["--lake", "l", "--rate", "48", "--json"],
            tmdb=tmdb,
        )
        stats = tmdb.stats()
    assert ended.code == 0, ended.err
    report = json.loads(ended.out)
    wanted = []
    for name in ("movies.csv", "series.csv"):
        for line in (csv / name).read_text(encoding="utf-8").splitlines()[1:]:
            if (imdb_id := line.partition("|")[0]) not in wanted:
                wanted.append(imdb_id)
    judge(Path("l"), report["run"], wanted)
    # Windows are checked with the client's clock, in virtual time (tests/upstream): a server on a
    # busy machine records requests late, and may then answer 429 to them.
    assert stats["max_in_flight"] <= 20
    assert stats["max_connections"] <= 20
    assert report["titles"]["failed"] == 0
    verified = await harvester("verify", "--lake", "l")
    assert verified.code == 0, verified.out


async def test_every_endpoint_of_the_table_is_harvested(tmp_path: Path) -> None:
    """All endpoints at once give each media type what exists for it, each in its folder."""
    movies(tmp_path / "m.csv", range(1, 41))
    series(tmp_path / "s.csv", range(41, 81))
    every = (
        "find,details,credits,keywords,external_ids,aggregate_credits,watch_providers,"
        "release_dates,content_ratings,alternative_titles,translations,videos,images"
    )
    async with simulate(FAST) as tmdb:
        ended = await harvester(
            *["run", "m.csv", "s.csv", "--lake", "l", "--endpoints", every],
            *["--language", "pt-BR", "--rate", "2000", "--json"],
            tmdb=tmdb,
        )
    assert ended.code == 0, ended.err
    outcomes = judge(Path("l"), json.loads(ended.out)["run"])
    assert {outcome["media_type"] for outcome in outcomes.values()} == {"movie", "tv", None}
    found = records(Path("l"), json.loads(ended.out)["run"])
    assert {endpoint for _, endpoint in found} == set(every.split(","))
    languages = {endpoint: record["language"] for (_, endpoint), record in found.items()}
    assert languages["details"] == "pt-BR"
    assert languages["keywords"] is None


async def test_json_lines(tmp_path: Path) -> None:
    """`--format lines` writes .jsonl files with the same invariants, under another run id."""
    movies(tmp_path / "m.csv", range(1, 31))
    async with simulate(FAST) as tmdb:
        command = ["run", "m.csv", "--lake", "l", "--rate", "1000", "--json"]
        array = await harvester(*command, tmdb=tmdb)
        lines = await harvester(*command, "--format", "lines", tmdb=tmdb)
    runs = [json.loads(ended.out)["run"] for ended in (array, lines)]
    assert runs[0] != runs[1]
    assert timeless(judge(Path("l"), runs[0])) == timeless(judge(Path("l"), runs[1]))
    assert list(Path("l").rglob("*.jsonl"))
    assert (await harvester("verify", runs[1], "--lake", "l")).code == 0


async def test_limit_and_genre(tmp_path: Path) -> None:
    """`--limit` takes the plan's first titles and exits with 0; `--genre` only those of a genre."""
    drama = movies(tmp_path / "a.csv", range(1, 31))
    comedy = movies(tmp_path / "b.csv", range(31, 61), genre="Romance,Comedy")
    async with simulate(FAST) as tmdb:
        command = ["run", "a.csv", "b.csv", "--lake", "l", "--rate", "1000", "--json"]
        limited = await harvester(*command, "--limit", "40", tmdb=tmdb)
        by_genre = await harvester(*command, "--genre", "comedy", tmdb=tmdb)
        prefix = await harvester(*command, "--genre", "Com", tmdb=tmdb)
    assert (limited.code, by_genre.code, prefix.code) == (0, 0, 2)
    judge(Path("l"), json.loads(limited.out)["run"], drama + comedy[:10])
    judge(Path("l"), json.loads(by_genre.out)["run"], comedy)


async def test_where(tmp_path: Path) -> None:
    """Rows that hold all fields choose the titles; the plan and the Report tell which they are."""
    movies(tmp_path / "a.csv", range(1, 31))
    movies(tmp_path / "b.csv", range(31, 61), genre="Romance,Comedy")
    Path("harvester.toml").write_text('where = ["Year=1990..2000", "person=y"]', encoding="utf-8")
    chosen = ["title=TITLE TT0000031", "title=title tt0000002", "genre=comedy", "person=Ý"]
    async with simulate(FAST) as tmdb:
        command = ["run", "a.csv", "b.csv", "--lake", "l", "--rate", "1000", "--json"]
        preview = await harvester(*command, "--dry-run", tmdb=tmdb)
        flags = [word for text in chosen for word in ("--where", text)]
        ended = await harvester(*command, *flags, tmdb=tmdb)
    assert json.loads(preview.out)["titles"] == 60
    report = json.loads(ended.out)
    judge(Path("l"), report["run"], ["tt0000031"])
    wanted = ["person=y", "title=title tt0000002", "title=title tt0000031"]
    assert (report["asked"]["where"], report["asked"]["genres"]) == (wanted, ["comedy"])
    plan = json.loads((Path("l") / RunFolder("TMDB", report["run"]).plan).read_bytes())
    assert plan["asked"]["where"] == wanted


async def test_dry_run_asks_nothing_and_writes_nothing(tmp_path: Path) -> None:
    """`--dry-run` shows the run's id and its size, writes nothing and sends no request."""
    movies(tmp_path / "m.csv", range(1, 31))
    async with simulate(FAST) as tmdb:
        command = ["run", "m.csv", "--lake", "l", "--rate", "1000", "--json"]
        seen = await harvester(*command, "--dry-run", tmdb=tmdb)
        assert tmdb.stats()["requests"] == 0
        assert not Path("l").exists()
        done = await harvester(*command, tmdb=tmdb)
    assert json.loads(seen.out)["titles"] == 30
    assert json.loads(seen.out)["run"] == json.loads(done.out)["run"]
    local = await harvester("run", "--local", "--dry-run")
    assert local.code == 0
    assert not Path("lake").exists()


async def test_a_dry_run_needs_no_token_unless_it_asks(tmp_path: Path) -> None:
    """Without one the id of the run is that with one; a question names the variable to set."""
    ids = movies(tmp_path / "m.csv", range(1, 31))
    command = ["run", "--lake", "l", "--json", "--dry-run"]
    async with simulate(FAST) as tmdb:
        known = await harvester(*command, "m.csv", tmdb=tmdb)
        with pytest.MonkeyPatch.context() as environ:
            environ.setenv("TMDB_BASE_URL", tmdb.base_url)
            seen = await harvester(*command, "m.csv")
            asked = await harvester(*command, "m.csv", "tmdb:movie/Casino")
            real = await harvester("run", "m.csv", "--lake", "l")
        assert tmdb.stats()["requests"] == 0
    assert (seen.code, seen.out) == (0, known.out), seen.err
    assert json.loads(seen.out)["titles"] == len(ids)
    for ended in (asked, real):
        assert (ended.code, "TMDB needs a token: set TMDB_TOKEN" in ended.err) == (2, True)
    assert not Path("l").exists()


async def test_uploaded_csvs_are_the_default_input(tmp_path: Path) -> None:
    """What `upload` put into the lake is harvested by `run` without inputs, and never changed."""
    ids = movies(tmp_path / "movies.csv", range(1, 21)) + series(
        tmp_path / "shows.csv", range(21, 31)
    )
    uploaded = await harvester("upload", "movies.csv", "shows.csv", "--lake", "l")
    assert uploaded.code == 0, uploaded.err
    keys = uploaded.out.split()
    pattern = r"Raw/Local/CSV/(Movies|Series)/\d{4}/\d\d/\d\d/(movies|shows)\.csv"
    assert all(re.fullmatch(pattern, key) for key in keys)
    async with simulate(FAST) as tmdb:
        ended = await harvester("run", "--lake", "l", "--rate", "1000", "--json", tmdb=tmdb)
    judge(Path("l"), json.loads(ended.out)["run"], ids)
    for key in keys:
        assert (Path("l") / key).read_bytes() == Path(Path(key).name).read_bytes()


async def test_status_lists_runs_and_shows_one(tmp_path: Path) -> None:
    """`status` shows each run's state; `status RUN` its outcomes by reason, with examples."""
    movies(tmp_path / "m.csv", range(1, 121))
    async with simulate(FAST) as tmdb:
        ended = await harvester(
            "run", "m.csv", "--lake", "l", "--rate", "1000", "--json", tmdb=tmdb
        )
    run = json.loads(ended.out)["run"]
    listed = json.loads((await harvester("status", "--lake", "l", "--json")).out)
    assert [(one["run"], one["done"]) for one in listed] == [(run, True)]
    shown = json.loads((await harvester("status", run, "--lake", "l", "--json")).out)
    assert shown["reasons"]["unmatched"]["not_found"]["count"] > 0
    plain = await harvester("status", run, "--lake", "l")
    assert "unmatched" in plain.out
