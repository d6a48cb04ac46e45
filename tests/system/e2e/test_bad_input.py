"""Bad input: one sentence on stderr that says what to do, exit 2, and nothing written."""

import json
from pathlib import Path

import pytest
from command_line import Ended, harvester
from csvs import MOVIES, movies

NOWHERE = "http://127.0.0.1:9/3"  # nothing listens there, and no request may be sent


def _assert_one_sentence(ended: Ended, *words: str) -> None:
    lines = ended.err.strip().splitlines()
    assert ended.code == 2, ended.err
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("harvester: ")
    for word in words:
        assert word in lines[0]
    assert ended.out == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ["in.csv", "does not exist"]),
        (b"", ["in.csv", "is empty"]),
        (b"title|year\nHeat|1995\n", ["in.csv", "imdb_id", "title"]),
        (f"{MOVIES}\n".encode(), ["in.csv", "no rows"]),
        (f"{MOVIES}\nnm0000123|x\n\\N|y\n".encode(), ["in.csv", "line 2"]),
        (b"PK\x03\x04rest", ["in.csv", "zip"]),
        (b"PAR1\x15\x04", ["in.csv", "Parquet", "export it as CSV"]),
        (b"id,title\n19995,Avatar\n", ["in.csv", "column id", "tt", "imdb_id"]),
        ("id|x\ntt1|y\n".encode("utf-16"), ["in.csv", "UTF-16"]),
        (b"\x1f\x8bgarbage", ["in.csv"]),
    ],
)
async def test_a_file_that_is_no_list_of_titles(content: bytes | None, words: list[str]) -> None:
    """A missing, empty, columnless, fully rejected or unrelated file is named with what to do."""
    if content is not None:
        Path("in.csv").write_bytes(content)
    ended = await harvester("run", "in.csv", "--lake", "l", tmdb=NOWHERE)
    _assert_one_sentence(ended, *words)
    assert not Path("l").exists()


async def test_a_folder_without_csvs() -> None:
    """A folder without CSVs is refused, and named."""
    Path("empty").mkdir()
    ended = await harvester("run", "empty", "--lake", "l", tmdb=NOWHERE)
    _assert_one_sentence(ended, "empty", "without CSVs")
    assert not Path("l").exists()


async def test_a_lake_without_csvs_and_no_inputs() -> None:
    """Without inputs, and without CSVs in the lake, the error says how to provide them."""
    ended = await harvester("run", "--lake", "l", tmdb=NOWHERE)
    _assert_one_sentence(ended, "Raw/Local/CSV", "harvester upload")
    assert not Path("l").exists()


async def test_no_token_without_local(tmp_path: Path) -> None:
    """A run against TMDB needs a token, and the error says where to get one."""
    movies(tmp_path / "m.csv", [1])
    ended = await harvester("run", "m.csv", "--lake", "l")
    _assert_one_sentence(ended, "TMDB_TOKEN", "--local")
    assert not Path("l").exists()


async def test_no_lake(tmp_path: Path) -> None:
    """Without a lake the error names the three ways to give one."""
    movies(tmp_path / "m.csv", [1])
    _assert_one_sentence(await harvester("run", "m.csv", tmdb=NOWHERE), "--lake", "--local")


@pytest.mark.parametrize("lake", ["m.csv/below", "/proc/lake", "/sys/lake"])
async def test_a_lake_that_is_not_writable(lake: str, tmp_path: Path) -> None:
    """A lake below a file or on a read-only file system is refused, and named."""
    from harvester.simulator import SimulatorOptions, simulate  # noqa: PLC0415

    movies(tmp_path / "m.csv", [1])
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", "m.csv", "--lake", lake, tmdb=tmdb)
    _assert_one_sentence(ended, lake)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--rate", "0"], ["--rate", "from 0.001"]),
        (["--rate", "fast"], ["--rate", "number"]),
        (["--concurrency", "0"], ["--concurrency"]),
        (["--limit", "-1"], ["--limit"]),
        (["--endpoints", "details,credit"], ["credit", "did you mean 'credits'", "keywords"]),
        (["--format", "csv"], ["--format", "lines"]),
        (["--language", "portuguese"], ["--language", "pt-BR"]),
        (["--date", "24/11/2026"], ["--date", "2026-11-24"]),
        (["--max-duration", "soon"], ["--max-duration", "14m"]),
        (["--run", "../x"], ["--run"]),
        (["--as", "Books"], ["--as", "Movies"]),
        (["--genre", "Western"], ["Western", "genero"]),
        (["--where", "genre=Western"], ["the genre Western", "genero", "Drama"]),
        (["--where", "person=Z"], ["the person Z", "nomeArtista is Y"]),
        (["--where", "year=1899"], ["the year 1899", "anoLancamento is 1999"]),
        (["--where", "actor=Y"], ["--where", "title, year, genre, person, character", "actor=Y"]),
        (["--where", "year=99"], ["--where", "title, year, genre, person, character", "'year=99'"]),
        (["--where", "year=1..2"], ["--where", "1999..2003"]),
        (["--where", "person=Y", "tmdb:movie/278"], ["tmdb:movie/278", "leave --where out"]),
        (["--local"], ["--local", "--lake"]),
        (["--lake", "gs://bucket"], ["s3://"]),
        (["--lake", "s3://"], ["s3://"]),
    ],
)
async def test_a_flag_with_a_bad_value(flags: list[str], words: list[str], tmp_path: Path) -> None:
    """The error names the flag and the values it accepts."""
    movies(tmp_path / "m.csv", [1])
    ended = await harvester("run", "m.csv", "--lake", "l", *flags, tmdb=NOWHERE)
    _assert_one_sentence(ended, *words)
    assert not Path("l").exists()


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("rat = 30\n", ["harvester.toml", "'rat'", "did you mean 'rate'"]),
        ("rate = 0\n", ["harvester.toml: rate", "from 0.001"]),
        ("rate = [\n", ["harvester.toml"]),
        ('token = "x"\n', ["harvester.toml", "'token'"]),
    ],
)
async def test_a_bad_settings_file(toml: str, words: list[str], tmp_path: Path) -> None:
    """An unknown key, a bad value or broken TOML is reported with the file's name."""
    movies(tmp_path / "m.csv", [1])
    Path("harvester.toml").write_text(toml, encoding="utf-8")
    ended = await harvester("run", "m.csv", "--lake", "l", tmdb=NOWHERE)
    _assert_one_sentence(ended, *words)


async def test_a_bad_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelled HARVESTER_ variable is an error, not ignored."""
    movies(tmp_path / "m.csv", [1])
    monkeypatch.setenv("HARVESTER_RAET", "30")
    ended = await harvester("run", "m.csv", "--lake", "l", tmdb=NOWHERE)
    _assert_one_sentence(ended, "HARVESTER_RAET", "HARVESTER_RATE")


async def test_a_run_that_is_not_there() -> None:
    """`status` and `verify` name the unknown run."""
    for command in ("status", "verify"):
        ended = await harvester(command, "20200101-00000000", "--lake", "l")
        _assert_one_sentence(ended, "20200101-00000000")
    _assert_one_sentence(await harvester("verify", "--lake", "l"), "no run")


async def test_some_rows_bad() -> None:
    """Bad rows are counted, the first five are shown with their lines, the rest is harvested."""
    from harvester.simulator import SimulatorOptions, simulate  # noqa: PLC0415

    rows = [f"nm{n:07d}|x" for n in range(7)] + [f"tt{n:07d}" + "|x" * 14 for n in range(1, 11)]
    Path("m.csv").write_text("\n".join([MOVIES, *rows, ""]), encoding="utf-8")
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", "m.csv", "--lake", "l", "--rate", "1000", tmdb=tmdb)
    assert ended.code == 0
    assert "7 rejected" in ended.err
    for line in range(2, 7):
        assert f"line {line}" in ended.err
    assert "line 7" not in ended.err


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_dry_run_shows_the_rows_that_would_be_lost(*, as_json: bool) -> None:
    """The preview counts rejected rows and shows the first ones, as the run does."""
    Path("m.csv").write_text("imdb_id,n\ntt0000001,1\nnm1,2\n,3\n", encoding="utf-8")
    flags = ["--json"] if as_json else []
    ended = await harvester("run", "m.csv", "--lake", "l", "--dry-run", *flags, tmdb=NOWHERE)
    assert ended.code == 0
    if as_json:
        (facts,) = json.loads(ended.out)["inputs"]
        assert (facts["rows"], facts["rejected"], facts["rejects"][0]["line"]) == (3, 2, 3)
    else:
        *rejects, last = ended.out.splitlines()
        assert "1 title in 3 rows (0 repeat a title, 2 rejected)" in last
        assert [line.partition(":")[0] for line in rejects] == [
            "Skipped line 3 of m.csv",
            "Skipped line 4 of m.csv",
        ]
    assert not Path("l").exists()


async def test_unknown_command_and_option() -> None:
    """Usage errors end with 2, too."""
    assert (await harvester("rnu")).code == 2
    assert (await harvester("run", "--lakes", "l")).code == 2
