"""`harvester build`, and how much the zones' commands say."""

import json
import shutil
from pathlib import Path

import pytest
from command_line import harvester
from made_lake import Made, make

from harvester.cli.zones import show_built
from harvester.zones.built import Built

GOOD = {"details": {"id": 1, "title": "A", "vote_average": 8.1, "vote_count": 5}}
IMPOSSIBLE = {"details": {"id": 1, "title": "A", "vote_average": 81, "vote_count": 5}}


async def test_both_zones_and_the_page() -> None:
    """One command builds what three do, and says it in as many lines; then nothing is new."""
    await make(Path("l"), [Made("tt0000001", bodies=GOOD)])
    ended = await harvester("build", "--lake", "l")
    assert (ended.code, ended.out) == (0, "analysis.html\n"), ended.err
    trusted, refined, titles = ended.err.splitlines()
    assert titles.split() == ["dim_title", "rows", "1"]
    assert trusted.startswith("Trusted: built local, 2026-11-24; ")
    assert refined.startswith("Refined: built 2026-11-24; ")
    assert "A" in Path("analysis.html").read_text("utf-8")
    again = await harvester("build", "--lake", "l", "-o", "b.html", "--lang", "pt-BR")
    assert (again.code, again.out) == (0, "b.html\n")
    assert [line.partition(";")[0] for line in again.err.splitlines()[:2]] == [
        "Trusted: nothing new",
        "Refined: nothing new",
    ]
    assert 'lang="pt-BR"' in Path("b.html").read_text("utf-8")


async def test_what_is_said() -> None:
    """By default a line and what counts, with --verbose each check, with --quiet nothing."""
    await make(Path("l"), [Made("tt0000001", bodies=GOOD)])
    for command in ("trusted", "refined", "build"):
        quiet = await harvester(command, "--lake", "l", "--quiet")
        assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    for command in ("trusted", "refined"):
        short = await harvester(command, "--lake", "l")
        assert (short.code, short.out) == (0, "")
        assert len(short.err.splitlines()) == (1 if command == "trusted" else 2)
        long = await harvester(command, "--lake", "l", "-v")
        data = json.loads((await harvester(command, "--lake", "l", "--json")).out)
        assert len(long.out.splitlines()) == 1 + len(data["checks"])


async def test_what_went_away_is_said() -> None:
    """A date whose run is no longer there leaves both zones, in words."""
    await make(Path("l"), [Made("tt0000001", bodies=GOOD)])
    await harvester("build", "--lake", "l")
    shutil.rmtree(next(Path("l/Raw/TMDB/_harvest").iterdir()))
    ended = await harvester("build", "--lake", "l")
    assert ended.code == 0, ended.err
    assert [line.partition(";")[0] for line in ended.err.splitlines()[:2]] == [
        "Trusted: removed 2026-11-24",
        "Refined: built local, removed 2026-11-24",
    ]
    again = await harvester("build", "--lake", "l")
    assert [line.partition(";")[0] for line in again.err.splitlines()[:2]] == [
        "Trusted: nothing new",
        "Refined: nothing new",
    ]


async def test_rejects_are_counted() -> None:
    """A record that Trusted rejects is no breach, and is said all the same."""
    odd = GOOD | {"details": GOOD["details"] | {"budget": "much"}}
    await make(Path("l"), [Made("tt0000001", bodies=odd)])
    ended = await harvester("trusted", "--lake", "l")
    assert (ended.code, ended.out) == (0, "")
    _, counted = ended.err.splitlines()
    assert counted.split() == ["Movies/details", "2026-11-24", "rejects", "1"]


@pytest.mark.parametrize("quiet", [False, True])
async def test_a_breach_is_never_silent(*, quiet: bool) -> None:
    """A value out of its range: its check is printed by all three, --quiet or not, and exit 3."""
    await make(Path("l"), [Made("tt0000001", bodies=IMPOSSIBLE)])
    for command in ("build", "trusted"):
        ended = await harvester(command, "--lake", "l", *(["-q"] if quiet else []))
        assert ended.code == 3
        breaches = [line for line in ended.out.splitlines() if line.startswith("BREACH")]
        assert any("vote_average out of range" in line for line in breaches)
        assert "ok  " not in ended.out
        assert ("breached" in ended.err) is not quiet


async def test_what_trusted_found_is_said_though_refined_fails() -> None:
    """Its breach would go unsaid until the next build, which finds nothing new to check."""
    await make(Path("l"), [Made("tt0000001", bodies=IMPOSSIBLE)])
    Path("l/Refined").symlink_to("elsewhere")
    ended = await harvester("build", "--lake", "l")
    assert ended.code != 0
    assert "vote_average out of range" in ended.out
    assert "Trusted: built local, 2026-11-24; " in ended.err
    assert "Refined is a link" in ended.err
    assert "Traceback" not in ended.err


def test_many_dates_are_not_all_named(capsys: pytest.CaptureFixture[str]) -> None:
    """The line stays one: the first two, the last, and how many there are."""
    dates = [f"2026-11-{day}" for day in range(10, 30)]
    show_built(Built("Trusted", dates), verbose=False, quiet=False)
    said = capsys.readouterr().err
    assert "built 2026-11-10, 2026-11-11, … 2026-11-29 (20); 0 checks" in said


async def test_a_lake_that_is_not_there() -> None:
    """Exit 2, one sentence, no page and no lake."""
    ended = await harvester("build", "--lake", "none")
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert not any(Path().iterdir())
