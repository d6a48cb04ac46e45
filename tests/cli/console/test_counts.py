"""The counts of a first line: the titles planned and all that gives none add up to the rows."""

import json
import re
from pathlib import Path

import pytest
from command_line import harvester

from harvester.cli.console.counts import rows_read
from harvester.model import Asked, InputFacts
from harvester.run.left_out import left_out

ROWS = re.compile(
    r": (\d+) titles?(?: due \(.*?\))? in (\d+) rows(?: and \d+ questions?)? \((.*?)\)"
)


def written() -> None:
    """Write two CSVs: repeats apart and together, a title in both, rejects, two genres."""
    Path("m.csv").write_text(
        "imdb_id,genre\n"
        "tt0000001,Drama\ntt0000001,Comedy\ntt0000002,Comedy\ntt0000001,Drama\n"
        "tt0000003,Drama\nnm1,Drama\ntt0000002,Comedy\ntt0000004,Comedy\n",
        encoding="utf-8",
    )
    Path("s.csv").write_text(
        "imdb_id,genre\ntt0000003,Drama\ntt0000005,Comedy\n,x\n", encoding="utf-8"
    )
    Path("pipes.csv").write_text(
        "imdb_id|genre\ntt0000006|Comedy\ntt0000006|Drama\ntt0000007|Comedy\ntt0000007|Comedy\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "5 repeat a title, 1 in another input, 2 rejected"),
        ("--genre Drama", "5 repeat a title, 1 in another input, 4 filtered out, 2 rejected"),
        ("--limit 2", "5 repeat a title, 1 in another input, 5 over the limit, 2 rejected"),
        ("--limit 7", "5 repeat a title, 1 in another input, 2 rejected"),
        (
            "--only due --limit 2",
            "5 repeat a title, 1 in another input, 5 not due or over the limit, 2 rejected",
        ),
        (
            "--origin omdb --limit 2",
            "5 repeat a title, 1 in another input, 5 over the limit, 2 rej",
        ),
        (
            "--origin omdb --genre Drama",
            "5 repeat a title, 1 in another input, 4 filtered out, 2 r",
        ),
    ],
)
async def test_the_parts_add_up_to_the_rows(words: str, told: str) -> None:
    """In the words and in the JSON of a dry run."""
    written()
    command = ["run", "m.csv", "s.csv", "pipes.csv", "--local", "--dry-run", *words.split()]
    said = (await harvester(*command)).out
    found = ROWS.search(said)
    assert found is not None, said
    assert found[3].startswith(told)
    counts = [int(number) for number in re.findall(r"(\d+) [a-z]", found[3])]
    assert int(found[1]) + sum(counts) == int(found[2]) == 15
    seen = json.loads((await harvester(*command, "--json")).out)
    for facts in seen["inputs"]:
        assert facts["rows"] >= facts["distinct"] + facts["filtered"] + facts["rejected"]
    own = sum(facts["distinct"] - facts["shared"] for facts in seen["inputs"])
    assert own == seen["titles"] + sum(seen["left_out"].values())


async def test_a_run_and_one_of_which_nothing_is_due_count_alike() -> None:
    """The first line of the one, the only line of the other."""
    written()
    command = ["run", "m.csv", "s.csv", "pipes.csv", "--local", "--only", "due", "--rate", "900"]
    ran, again, dry = [await harvester(*command, *more) for more in ([], [], ["--dry-run"])]
    assert "7 new) in 15 rows (5 repeat a title, 1 in another input, 2 rejected)" in ran.err
    for said in (again.err, dry.out):
        assert "othing is due in 15 rows (5 repeat a title, 1 in another input, 2 rejected)" in said
    seen = json.loads((await harvester(*command, "--dry-run", "--json")).out)
    assert seen["left_out"] == {"not due": 7}


async def test_a_question_has_no_rows_but_titles_that_a_file_may_have() -> None:
    """What is in both is told, and so is what the limit leaves of a question alone."""
    Path("m.txt").write_text("movie:700000003\ntt0000001\n", encoding="utf-8")
    question = "tmdb:collection/The Night Ferry"
    both = await harvester("run", "m.txt", question, "tmdb:movie/700000003", "--local", "--dry-run")
    assert ": 4 titles in 3 rows and 1 question (0 repeat a title, 2 in another" in both.out
    alone = await harvester("run", question, "--local", "--dry-run", "--limit", "1")
    assert ": 1 title in 1 question (2 over the limit);" in alone.out


async def test_known_ids_are_counted_among_the_titles_planned() -> None:
    """By the run and by `--dry-run`, of the lake and of a map, also where a run goes on."""
    ids = [f"tt0000{number}" for number in range(100, 140)]
    Path("m.txt").write_text("\n".join(ids), encoding="utf-8")
    await harvester("run", "m.txt", "--local", "--rate", "900", "-q")
    (outcomes,) = Path("lake/Raw/TMDB/_harvest").glob("*/outcomes.csv")
    known = sum(",harvested," in line for line in outcomes.read_text("utf-8").splitlines()[1:11])
    assert 0 < known <= 10
    command = [
        "run",
        "m.txt",
        "--local",
        "--limit",
        "10",
        "--rate",
        "900",
        "--endpoints",
        "details",
    ]
    dry = await harvester(*command, "--dry-run")
    mapped = await harvester(*command, "--dry-run", "--id-map", str(outcomes))
    counted = json.loads((await harvester(*command, "--dry-run", "--json")).out)
    ran = await harvester(*command)
    assert f"earlier runs know {known} of 10 titles\n" in dry.out
    assert f"{outcomes}: knows {known} of 10 titles\n" in mapped.out
    assert (counted["known"], counted["mapped"], counted["id_map"]) == (known, 0, None)
    assert f"earlier runs know {known} of 10 titles\n" in ran.err
    unused = await harvester("run", "m.txt", "--local", "--dry-run", "--id-map", "x.csv", "--fresh")
    assert "id map x.csv not used: find is among the endpoints" in unused.out


def test_what_an_earlier_version_read_has_no_false_count() -> None:
    """It did not count what was filtered out or shared; rejects it did."""
    facts = InputFacts("m.csv", "movie", 1, "a", rows=10, distinct=4, rejected=2)
    asked = Asked(("find",), None, (), 1, "array", "simulator")
    assert left_out([facts], asked, 1) == {}
    assert rows_read([facts]) == "10 rows (2 rejected)"


def test_a_retry_leaves_out_what_did_not_fail() -> None:
    """Its plan names the inputs of the run that it belongs to."""
    facts = InputFacts("m", "movie", 1, "a", rows=10, distinct=9, rejected=1, shared=0, filtered=0)
    asked = Asked(("find",), None, (), None, "array", "simulator")
    apart = left_out([facts], asked, 2, is_retry=True)
    assert rows_read([facts], apart) == "10 rows (0 repeat a title, 7 not failed, 1 rejected)"


async def test_one_is_no_plural() -> None:
    """Whatever a lake of one title has one of, in what its commands say."""
    Path("m.txt").write_text("tt0111161\n", encoding="utf-8")
    Path("none.txt").write_text("tt0000502\n", encoding="utf-8")  # the simulator has no such title
    outcomes = "lake/Raw/TMDB/_harvest/found/outcomes.csv"
    details = ["run", "m.txt", "--local", "--endpoints", "details"]
    said = [
        await harvester("run", "m.txt", "--local", "--endpoints", "find", "--run", "found"),
        await harvester("verify", "found", "--local"),
        await harvester(*details, "--dry-run"),
        await harvester(*details, "--dry-run", "--id-map", outcomes),
        await harvester(*details),
        await harvester("run", "none.txt", "--local", "--run", "none"),
        await harvester("status", "none", "--local"),
    ]
    (file,) = Path("lake/Raw/TMDB/JSON/Find").rglob("*found*.json")
    file.write_bytes(file.read_bytes() + b" ")
    said.append(await harvester("verify", "found", "--local"))
    told = "".join(one.out + one.err for one in said)
    assert re.findall(r"\b1 (?:breaches|titles|rows|files|records|requests|units)\b", told) == []
    for words in (
        "0 breaches in 1 title, 1 file, 1 record\n",
        "1 breach in 1 title",
        " 1 record, ",
    ):
        assert words in told
    assert told.count("of 1 title\n") == 3
    assert "unmatched: 1 title\n" in told
