"""Which CSVs Trusted reads: only what plans name of the kept ones, each content once."""

from datetime import date
from pathlib import Path

from made_lake import Made, csv, given, make

from harvester.inputs.locate import newest_csvs
from harvester.model import InputFacts
from harvester.run.choose import all_plans
from harvester.stores import open_store
from harvester.zones.trusted.csv_sources import csv_sources, read_once

LAKE = Path("l")
LATER = date(2026, 11, 25)


async def _read() -> list[tuple[str, str, int]]:
    """Return file name, kind and age of the CSVs that Trusted reads, the newest first."""
    async with open_store("l") as store:
        sources = await csv_sources(store, (await all_plans(store)).plans)
        found = read_once(sources, [LAKE / one.key for one in sources])
    return [(one.path.name, one.kind, one.age) for one in sorted(found, key=lambda one: one.age)]


async def _run(*inputs: InputFacts, day: date = date(2026, 11, 24), run: str = "0a") -> None:
    await make(LAKE, [Made("tt0000001")], run=f"{day:%Y%m%d}-{run}", day=day, inputs=inputs)


async def test_a_kept_file_is_read_through_its_plan_and_by_no_bare_run() -> None:
    """Its kind is the plan's; one that no plan names is not read; nor are inputs not kept."""
    kept = given(LAKE, "s.csv", "id\ntt0000001\n", "series")
    given(LAKE, "stray.csv", "id\ntt0000002\n")
    elsewhere = InputFacts("tmdb:movie/278", "movie", 1, "a" * 64, 1, 1, 0)
    await _run(kept, elsewhere)
    assert await _read() == [("s.csv", "series", 0)]
    async with open_store("l") as store:
        assert await newest_csvs(store) == []


async def test_a_file_that_was_uploaded_too_is_read_once() -> None:
    """By its bytes, whatever its name; the uploaded one is read, another of its size as well."""
    text = "id\ntt0000001\n"
    csv(LAKE, "Movies/uploaded.csv", text)
    await _run(given(LAKE, "m.csv", text), given(LAKE, "other.csv", "id\ntt0000002\n"))
    assert await _read() == [("uploaded.csv", "movie", 0), ("other.csv", "movie", 1)]


async def test_a_file_given_to_several_runs_is_read_once() -> None:
    """As the last run has it, also where its bytes lie under two names."""
    text = "id\ntt0000001\n"
    await _run(given(LAKE, "b.csv", text))
    await _run(given(LAKE, "a.csv", text, "series"), day=LATER)
    await _run(given(LAKE, "b.csv", text), run="0b")
    assert await _read() == [("a.csv", "series", 0)]


async def test_the_newest_first() -> None:
    """By date; of one day what was uploaded, then by the time of the plan; files of a run are even.

    An upload that is not the newest of its kind is not read.
    """
    first = given(LAKE, "first.csv", "id\ntt0000001\n")
    also = given(LAKE, "also.csv", "id\ntt0000011\n")
    await _run(first, also)
    await _run(given(LAKE, "last.csv", "id\ntt0000003\n"), day=LATER)
    csv(LAKE, "Movies/old.csv", "id\ntt0000004\n", day="2026/11/01")
    csv(LAKE, "Movies/new.csv", "id\ntt0000005\n", day="2026/11/24")
    csv(LAKE, "Series/s.csv", "id\ntt0000006\n", day="2026/11/01")
    found = await _read()
    assert [one[0] for one in found] == ["last.csv", "new.csv", "first.csv", "also.csv", "s.csv"]
    assert [one[2] for one in found] == [0, 1, 2, 2, 3]
