"""`harvester init`: a short dialogue that ends in a `harvester.toml` and a dry run."""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import typer
from command_line import TOKEN, harvester
from csvs import movies
from terminal import on_terminal, plain, rest

from harvester.cli.commands import init
from harvester.errors import SettingError
from harvester.inputs.glance import glance
from harvester.inputs.reader import TitleReader
from harvester.settings import FILE
from harvester.simulator import Simulator, SimulatorOptions, simulate


@pytest.fixture
async def tmdb() -> AsyncIterator[Simulator]:
    """Give a quick TMDB."""
    async with simulate(SimulatorOptions(latency_ms=0)) as simulator:
        yield simulator


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list whose items answer the questions, one after the other, on a terminal."""
    given: list[object] = []

    def answer(question: str, **_: object) -> object:
        return given.pop(0)

    monkeypatch.setattr(init, "_is_terminal", lambda: True)
    for name in ("prompt", "confirm"):
        monkeypatch.setattr(typer, name, answer)
    return given


def _written() -> dict[str, object]:
    return tomllib.loads(Path(FILE).read_text(encoding="utf-8"))


async def test_a_session_on_a_terminal(tmp_path: Path, tmdb: Simulator) -> None:
    """Lake, CSV, token, file, dry run: and then `run` needs no word more. No token is written."""
    movies(tmp_path / "my films.csv", range(1, 31))
    child = on_terminal("init", tmdb=tmdb.base_url)

    def talk() -> str:
        child.expect(r"Lake .*\[\./lake\]: ")
        child.sendline("films")
        child.expect(r"Harvest my films\.csv\? \[Y/n\]: ")
        child.sendline("")
        return plain(rest(child))

    shown = await asyncio.to_thread(talk)
    assert child.exitstatus == 0, shown
    for words in (
        "TMDB accepts your token.",
        "harvester.toml is written",
        ": 30 titles in 60 rows",
    ):
        assert words in shown
    assert _written() == {"lake": "films", "inputs": ["my films.csv"]}
    assert TOKEN not in Path(FILE).read_text("utf-8") + shown
    assert not Path("films").exists()
    ended = await harvester("run", "--rate", "900", tmdb=tmdb)
    assert ended.code == 0, ended.err
    assert Path("films").is_dir()


async def test_without_a_terminal_it_says_what_to_set() -> None:
    """In one sentence, with 2; nothing is written."""
    ended = await harvester("init")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    for name in ("HARVESTER_LAKE", "HARVESTER_INPUTS", "TMDB_TOKEN", FILE):
        assert name in ended.err
    assert not Path(FILE).exists()


@pytest.mark.parametrize("content", ["rate = 5\n", "no TOML"])
def test_a_file_that_is_there_is_left_unless_it_may_go(
    content: str, answers: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is asked about first."""
    Path(FILE).write_text(content, encoding="utf-8")
    answers += [False]
    init.init_command()
    assert Path(FILE).read_text("utf-8") == content
    assert "left as it was" in capsys.readouterr().err
    answers += [True, "./lake"]
    init.init_command()
    assert _written() == {"lake": "./lake"}


def test_without_token_and_csv_it_says_where_they_go(
    answers: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable, its file and TMDB's page; the command with a CSV to name."""
    answers += ["s3:nothing\0", "gs://bucket", 'a "lake"\\']
    init.init_command()
    said = capsys.readouterr().err
    assert said.count("harvester: ") == 2
    for words in ("export TMDB_TOKEN=…", "~/.profile", "settings/api", "run my.csv --local"):
        assert words in said
    assert _written() == {"lake": 'a "lake"\\'}


async def test_a_token_that_tmdb_refuses_is_said(
    tmdb: Simulator,
    tmp_path: Path,
    answers: list[object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The file is written all the same, and the dry run made, which asks nothing."""
    names = [f"{n}.csv" for n in range(5)]
    for name in names:
        movies(tmp_path / name, range(1, 4))
    monkeypatch.setenv("TMDB_BASE_URL", f"{tmdb.base_url}/nowhere")
    monkeypatch.setenv("TMDB_TOKEN", TOKEN)
    answers += ["l", True]
    await asyncio.to_thread(init.init_command)
    said = capsys.readouterr().err
    assert "accepts" not in said
    assert "harvester: " in said
    assert "once the token is set" in said
    assert _written() == {"lake": "l", "inputs": names}
    assert TOKEN not in said


def test_a_folder_that_can_not_be_written_is_one_sentence(answers: list[object]) -> None:
    """As where a link leads nowhere."""
    Path(FILE).symlink_to("missing/x")
    answers += [True, "./lake"]
    with pytest.raises(SettingError, match=r"^harvester\.toml can't be written: "):
        init.init_command()


@pytest.mark.parametrize("others", [["movies.csv"], []])
def test_a_csv_that_no_run_can_read_is_left_out(
    others: list[str],
    tmp_path: Path,
    answers: list[object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is named with what is wrong with it, and the file is one that `run` can use."""
    for name in others:
        movies(tmp_path / name, range(1, 4))
    Path("notes.csv").write_text("day,text\n1,x\n", encoding="utf-8")
    Path("large.csv").write_text("a,b\n" + "1,2\n" * 50_000, encoding="utf-8")
    Path("people.csv").write_text("tconst\nnm0000206\n", encoding="utf-8")
    Path("empty.csv").touch()
    Path("gone.csv.gz").write_bytes(b"\x1f\x8bno gzip")
    answers += ["./lake", *([True] if others else [])]
    init.init_command()
    said = capsys.readouterr().err
    for name in ("notes.csv", "large.csv", "people.csv", "empty.csv", "gone.csv.gz"):
        assert f"Left out: {name} " in said
    assert "notes.csv has no column imdb_id" in said
    assert _written() == {"lake": "./lake", **({"inputs": others} if others else {})}
    assert ("No CSV of titles is in this folder" in said) is not bool(others)


def test_a_large_csv_is_read_no_further_than_its_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row at its end that no run could read costs `init` nothing."""
    movies(tmp_path / "large.csv", range(1, 5_000))
    read: list[int] = []
    fed = TitleReader.feed

    def feed(reader: TitleReader, chunk: bytes) -> Iterator[None]:
        read.append(len(chunk))
        return fed(reader, chunk)

    monkeypatch.setattr(TitleReader, "feed", feed)
    glance(Path("large.csv"))
    assert read == [65_536]
