"""What is no file, but looks like a title: the sentence says what to type, and that works."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest
from command_line import harvester

from harvester.errors import InputError
from harvester.inputs.instead import CHECK, instead_of
from harvester.inputs.locate import find_inputs
from harvester.stores import open_store


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("tt0111161", "echo tt0111161 | harvester run -"),
        ("TT111161", "echo tt0111161 | harvester run -"),
        (
            "https://www.imdb.com/title/tt0111161/?ref_=nv_sr_1",
            "echo tt0111161 | harvester run -",
        ),
        ("imdb.com/title/tt0111161", "echo tt0111161 | harvester run -"),
        ("278", "echo tt0000278 | harvester run -"),
        ("movie:278", "harvester run tmdb:movie/278"),
        ("TMDB:movie/278", "harvester run tmdb:movie/278"),
        ("tv/1399", "harvester run tmdb:tv/1399"),
        (
            "https://www.themoviedb.org/movie/278-the-shawshank-redemption?language=pt-BR",
            "harvester run tmdb:movie/278",
        ),
        ("https://www.themoviedb.org/pt-BR/tv/1399/cast", "harvester run tmdb:tv/1399"),
        ("https://www.themoviedb.org/collection/2344-x", "harvester run tmdb:collection/2344"),
        ("themoviedb.org/person/6384-keanu-reeves#x", "harvester run tmdb:person/6384"),
        ("https://www.themoviedb.org/genre/37-western/movie", "harvester run tmdb:genre/37"),
        ("https://www.imdb.com/name/nm0000206/", "harvester run tmdb:person/NAME"),
        ("nm0000206", "harvester run tmdb:person/NAME"),
        ("collection/The Matrix", 'harvester run "tmdb:collection/The Matrix"'),
        ("Person:Keanu Reeves", 'harvester run "tmdb:person/Keanu Reeves"'),
        ("The Matrix", 'harvester run "tmdb:movie/The Matrix"'),
        ("Amélie", 'harvester run "tmdb:movie/Amélie"'),
        ("100% Wolf", 'harvester run "tmdb:movie/100%25 Wolf"'),
        ('What "$" Is', "harvester run 'tmdb:movie/What \"$\" Is'"),
    ],
)
def test_what_looks_like_a_title_has_a_command(name: str, command: str) -> None:
    """The first command of the hint is the one for this name."""
    assert re.findall("`([^`]+)`", instead_of(name))[:1] == [command]


@pytest.mark.parametrize(
    "name",
    [
        *("nope.csv", "data/", "./x", "../films", "~/films", "a/b", "a\\b", "-x", "ids.txt"),
        *("x" * 300, "a\tb", "??", "tt0000000", "genre/", "person/a.csv"),
        "export/films",
    ],
)
def test_what_looks_like_a_path_has_only_the_path(name: str) -> None:
    """Nothing is made up for it, nor said of it twice."""
    assert instead_of(name) == CHECK


@pytest.mark.parametrize("name", ["https://a.example/b.csv?token=x", "gs://bucket/k.csv#token=x"])
async def test_an_address_is_told_without_its_query(name: str, tmp_path: Path) -> None:
    """It may have a password in it; what can be read is said instead."""
    async with open_store(str(tmp_path / "lake")) as store:
        with pytest.raises(InputError, match=r"s3://bucket/key\.csv") as caught:
            await find_inputs((name,), None, store)
    assert "token" not in str(caught.value)


@pytest.mark.parametrize("name", ["tt0111161", "278", "movie:278", "Pulp Fiction"])
async def test_the_command_that_is_said_works(name: str) -> None:
    """One sentence and exit 2 first; then what it says to type, to the shell."""
    ended = await harvester("run", name, "--local")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert f"{name} does not exist: " in ended.err
    for command in re.findall("`([^`]+)`", ended.err):
        shell = await asyncio.create_subprocess_shell(
            f"{command} --local --dry-run",
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await shell.communicate()
        assert shell.returncode == 0
        assert b": 1 title in " in said
