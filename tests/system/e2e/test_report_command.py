"""`harvester report` as a user runs it: the page's path on stdout, from a folder or from S3."""

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import harvester
from made_run import RUN, make_run
from s3_servers import S3Server

from harvester.model import Outcome


def failing(number: int) -> Outcome:
    """Let every seventh title fail."""
    return Outcome("failed", reason="gone") if number % 7 == 0 else Outcome("harvested", "movie", 1)


async def test_a_run_is_reported_and_the_path_printed(tmp_path: Path) -> None:
    """The bundled sample: harvested, reported beside the lake, with commands for `--local`."""
    ended = await harvester("run", "--local", "--limit", "5", "--rate", "500", "--quiet")
    assert ended.code == 0
    ended = await harvester("report", "--local")
    assert ended.code == 0
    assert ended.err == ""
    path = Path(ended.out.strip())
    page = path.read_text(encoding="utf-8")
    run = path.name.removeprefix("report-").removesuffix(".html")
    assert (tmp_path / "lake/Raw/TMDB/_harvest" / run / "plan.json").exists()
    assert "% of 5 titles harvested" in page
    assert f"verify {run} --local" in page
    assert "synthetic" in page


async def test_the_report_of_a_retried_run_is_of_both(tmp_path: Path) -> None:
    """Without a RUN, a retry is reported together with the run it retries."""
    await make_run(tmp_path / "lake", 21, failing)
    await make_run(
        tmp_path / "lake", 7, lambda _: Outcome("harvested", "movie", 1), run=f"{RUN}-retry1"
    )
    ended = await harvester("report", "--local", "--lang", "pt-br", "-o", "p.html")
    assert (ended.code, ended.out) == (0, "p.html\n")
    page = Path("p.html").read_text(encoding="utf-8")
    assert "90,5% de 21 títulos coletados" in page
    assert f"retry {RUN} --lake lake" in page


async def test_an_unfinished_run_is_resumed_by_the_command_it_shows(tmp_path: Path) -> None:
    """The command names everything that decides the run's id."""
    await make_run(tmp_path / "my lake", 150, failing, units=1)
    ended = await harvester("report", RUN, "--lake", "my lake")
    page = Path(f"report-{RUN}.html").read_text(encoding="utf-8")
    assert ended.code == 0
    assert (
        f"run movies.csv --lake &#39;my lake&#39; --run {RUN} --as Movies "
        "--endpoints find,details,credits,keywords</code>"
    ) in page
    assert "TMDB_BASE_URL" in page


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--local"], "lake holds no run yet: start one with `harvester run`"),
        (["nosuch", "--local"], "lake holds no run nosuch: see `harvester status`"),
        (["--local", "--lang", "fr"], "--lang takes en or pt-BR, not 'fr'"),
        ([], "say where the lake is: --lake s3://bucket, --lake FOLDER, or --local"),
    ],
)
async def test_what_must_be_fixed_is_one_sentence(args: list[str], expected: str) -> None:
    """Exit 2, nothing on stdout, no file."""
    ended = await harvester("report", *args)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"harvester: {expected}\n"
    assert not list(Path().glob("*.html"))


async def test_a_page_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    """The folder to write to is missing."""
    await make_run(tmp_path / "lake", 7, failing)
    ended = await harvester("report", "--local", "-o", "no/such/page.html")
    assert ended.code == 2
    assert ended.err == (
        "harvester: --output no/such/page.html can't be written: No such file or directory\n"
    )


async def test_a_lake_on_s3_is_reported(
    moto_s3: S3Server, fresh_bucket: Callable[[S3Server], str]
) -> None:
    """The same page, from manifests only."""
    lake = f"{fresh_bucket(moto_s3)}/deep/lake"
    await make_run(lake, 7, failing)
    ended = await harvester("report", "--lake", lake)
    assert ended.code == 0
    page = Path(f"report-{RUN}.html").read_text(encoding="utf-8")
    assert f"{lake}/Raw/TMDB/_harvest/{RUN}/units/*.json" in page
    assert "retry" in page
