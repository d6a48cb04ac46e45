"""Where the simulator answers a question, an error says so, and how the real TMDB is asked."""

import pytest
from command_line import harvester

from harvester.simulator import SimulatorOptions, simulate


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("tmdb:person/Nobody Atall", "the simulated TMDB knows none of this name"),
        ("tmdb:movie/No Such Film", "the simulated TMDB knows none of this name"),
        ("tmdb:tv/No Such Series", "the simulated TMDB knows none of this name"),
        ("tmdb:collection/No Such One", "the simulated TMDB knows none of this name"),
        ("tmdb:collection/4444444444", "the simulated TMDB has no collection"),
        ("tmdb:person/4444444444", "the simulated TMDB has no person"),
        ("tmdb:genre/Nonesuch", "the simulated TMDB has no such genre"),
        ("tmdb:genre/Western?kind=movie&year=1801", "no title of the simulated TMDB"),
        ("tmdb:person/Vera Lindholm?character=Neo", "has no titles as Neo"),
        ("tmdb:person/Iris Quental", "may mean several"),
        ("tmdb:export/movies?popularity=99999", "is left by this choice"),
    ],
)
async def test_an_error_says_who_was_asked(question: str, said: str) -> None:
    """In one sentence: TMDB itself may know better, and takes a token."""
    ended = await harvester("run", question, "--local", "--dry-run")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert said in ended.err
    assert "instead of the simulated one, set TMDB_TOKEN" in ended.err
    assert "TMDB" not in ended.err.replace("the simulated TMDB", "").partition("; to ask")[0]


async def test_a_simulator_elsewhere_says_so_too() -> None:
    """It is known by its answers, not by its address."""
    async with simulate(SimulatorOptions(latency_ms=0)) as tmdb:
        ended = await harvester("run", "tmdb:movie/No Such Film", "--lake", "l", tmdb=tmdb)
    assert ended.code == 2
    assert "the simulated TMDB knows none" in ended.err


async def test_the_example_of_the_help_finds_titles() -> None:
    """With `--local`, too, as whoever tries it may have no token yet."""
    ended = await harvester("run", "tmdb:person/Keanu Reeves?character=Neo", "--local", "--dry-run")
    assert ended.code == 0, ended.err
    assert 'person "Keanu Reeves"' in ended.out
    assert "The Matrix Reloaded (2003)" in ended.out
