"""Keys: the exact places of the design, and names that must not be mistaken for others."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.lake import keys
from harvester.lake.keys import CsvKey, RecordFileName, RunFolder
from harvester.model import Format

DAY = date(2026, 1, 5)
SHA = "1a2b3c4d" + "0" * 56


def test_keys_are_those_of_the_design() -> None:
    """Every kind of key, character by character: users' own programs rely on them."""
    assert keys.csv_key("movie", DAY, "movies.csv") == "Raw/Local/CSV/Movies/2026/01/05/movies.csv"
    assert keys.csv_key("series", DAY, "a b.csv") == "Raw/Local/CSV/Series/2026/01/05/a b.csv"
    run = "20261124-1a2b3c4d"
    assert (
        keys.record_key(keys.records_prefix("TMDB", "Find", DAY, run), 12, 0, SHA, "array")
        == "Raw/TMDB/JSON/Find/2026/01/05/20261124-1a2b3c4d-000012-0-1a2b3c4d.json"
    )
    prefix = keys.records_prefix("TMDB", "Movies/details", DAY, "x")
    assert (
        keys.record_key(prefix, 1_234_567, 10, SHA, "lines")
        == "Raw/TMDB/JSON/Movies/details/2026/01/05/x-1234567-10-1a2b3c4d.jsonl"
    )
    assert (
        keys.records_prefix("TMDB", "Series/credits", DAY, "x")
        == "Raw/TMDB/JSON/Series/credits/2026/01/05/x-"
    )
    folder = RunFolder("TMDB", run)
    assert folder.prefix == "Raw/TMDB/_harvest/20261124-1a2b3c4d/"
    assert folder.manifest(12) == "Raw/TMDB/_harvest/20261124-1a2b3c4d/units/000012.json"
    assert [
        one.removeprefix(folder.prefix)
        for one in (
            folder.plan,
            folder.titles,
            folder.ranges,
            folder.lease,
            folder.outcomes,
            folder.expired,
            folder.summary,
        )
    ] == [
        "plan.json",
        "plan-titles.jsonl",
        "ranges.json",
        "lease.json",
        "outcomes.csv",
        "expired.json",
        "summary.json",
    ]
    asked = (folder.asked(0, 12), folder.index_page(350), folder.index_end)
    assert [one.removeprefix(folder.prefix) for one in asked] == [
        "asked/000-012.jsonl",
        "asked/index-000350.json",
        "asked/index-end.json",
    ]
    assert RunFolder("OMDb", "x").manifest(0) == "Raw/OMDb/_harvest/x/units/000000.json"
    assert keys.changes_key("TMDB", "tv", DAY) == "Raw/TMDB/_harvest/_changes/tv/2026/01/05.json"


@given(st.dates())
def test_a_date_in_a_key_has_four_two_and_two_digits(when: date) -> None:
    """Year, month and day are zero-padded for every date in Python, also before the year 1000."""
    year, month, day = keys.day(when).split("/")
    assert (len(year), len(month), len(day)) == (4, 2, 2)
    assert date(int(year), int(month), int(day)) == when


RUNS = st.one_of(
    st.from_regex(keys.RUN_ID, fullmatch=True),
    st.sampled_from(
        ["a", "a-000001", "a-000001-0-1a2b3c4d", "20261124-1a2b3c4d-2", "1-1-1", "x.json", "0-"]
    ),
)


@given(
    RUNS,
    st.integers(0, 10**8),
    st.integers(0, 500),
    st.binary(min_size=4, max_size=4),
    st.sampled_from(["Find", "Movies/watch_providers"]),
    st.sampled_from(["array", "lines"]),
)
def test_a_record_key_parses_back(
    run: str, unit: int, part: int, sha: bytes, folder: str, layout: Format
) -> None:
    """Whatever dashes and digits a run id has, its file's name parses to the id and unit."""
    prefix = keys.records_prefix("TMDB", folder, DAY, run)
    key = keys.record_key(prefix, unit, part, sha.hex() * 8, layout)
    assert key.startswith(prefix)
    assert keys.records_folder(key) == folder
    assert keys.parse_record_key(key) == RecordFileName(run, unit)


@given(RUNS, st.integers(0, 10**8))
def test_a_manifest_key_parses_back(run: str, unit: int) -> None:
    """A manifest's key parses to its unit."""
    assert keys.parse_manifest_key(RunFolder("TMDB", run).manifest(unit)) == unit


def test_a_run_whose_id_looks_like_a_record_file_keeps_its_own_files() -> None:
    """Run `a` must not claim (and delete) the files of run `a-000001-0-1a2b3c4d`."""
    other = "a-000001-0-1a2b3c4d"
    key = keys.record_key(keys.records_prefix("TMDB", "Find", DAY, other), 3, 0, SHA, "array")
    assert key.startswith(keys.records_prefix("TMDB", "Find", DAY, "a"))
    assert keys.parse_record_key(key) == RecordFileName(other, 3)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "movies.csv",
        "-000012-0-1a2b3c4d.json",
        "a-00012-0-1a2b3c4d.json",
        "a-0000012-0-1a2b3c4d.json",
        "a-000012-00-1a2b3c4d.json",
        "a-000012-0-1A2B3C4D.json",
        "a-000012-0-1a2b3c4.json",
        "a-000012-0-1a2b3c4d5.json",
        "a-000012-0-1a2b3c4d.json.gz",
        "a-000012-0-1a2b3c4d.jsonll",
        "a-000012-1a2b3c4d.json",
        "a-٠٠٠٠١٢-0-1a2b3c4d.json",
        "a-000012-0-1a2b3c4d.json\n",
    ],
)
def test_a_name_we_never_write_is_no_record_file(name: str) -> None:
    """What does not parse exactly belongs to somebody else, and is never deleted."""
    assert keys.parse_record_key(f"Raw/TMDB/JSON/Find/2026/01/05/{name}") is None


@pytest.mark.parametrize(
    "key",
    [
        "Raw/TMDB/_harvest/a/units/12.json",
        "Raw/TMDB/_harvest/a/units/0000012.json",
        "Raw/TMDB/_harvest/a/units/000012.json.tmp",
        "Raw/TMDB/_harvest/a/units/old/000012.json",
        "Raw/TMDB/_harvest/a/000012.json",
        "Raw/TMDB/_harvest/a/plan.json",
    ],
)
def test_a_key_we_never_write_is_no_manifest(key: str) -> None:
    """A copy or a leftover file beside the manifests commits nothing."""
    assert keys.parse_manifest_key(key) is None


def test_an_uploaded_csv_parses_back() -> None:
    """The key of a CSV parses to kind, date and name."""
    key = keys.csv_key("series", DAY, "séries 2.csv.gz")
    assert keys.parse_csv_key(key) == CsvKey("series", "2026/01/05", "séries 2.csv.gz")
    key = keys.csv_key("movie", DAY, "m.csv")
    assert keys.parse_csv_key(key) == CsvKey("movie", "2026/01/05", "m.csv")


@pytest.mark.parametrize(
    "key",
    [
        "Raw/Local/CSV/movies.csv",
        "Raw/Local/CSV/Movies/movies.csv",
        "Raw/Local/CSV/Movies/2026/1/5/movies.csv",
        "Raw/Local/CSV/Movies/2026/01/05/",
        "Raw/Local/CSV/Movies/2026/01/05/old/movies.csv",
        "Raw/Local/CSV/Movies/2026/01/05/_SUCCESS",
        "Raw/Local/CSV/Movies/2026/01/05/.movies.csv.crc",
        "Raw/Local/CSV/Shows/2026/01/05/movies.csv",
        "Raw/Local/CSV/Movies/٢٠٢٦/01/05/movies.csv",
        "Other/Raw/Local/CSV/Movies/2026/01/05/movies.csv",
    ],
)
def test_other_keys_are_no_input(key: str) -> None:
    """An unrelated object below `CSV/` is not mistaken for an input."""
    assert keys.parse_csv_key(key) is None


def test_answers_to_questions_are_known_by_their_keys() -> None:
    """Each key that is made is one; another run's, another name and a folder below are none."""
    folder = keys.RunFolder("TMDB", "20260105-0a")
    assert all(folder.is_asked(folder.asked(*one)) for one in [(0, 0), (12, 999), (1000, 1234)])
    assert all(map(folder.is_asked, [*map(folder.index_page, (0, 999_999)), folder.index_end]))
    other = keys.RunFolder("TMDB", "20260105-0b").asked(0, 0)
    wrong = ["0000-000.jsonl", "00-000.jsonl", "000-000.jsonl/x", "000-000.json", "x/000-000.jsonl"]
    wrong += ["index-00001.json", "index-0000001.json", "index-ends.json", "index-000001.jsonl"]
    assert not any(folder.is_asked(one) for one in [other, *(folder.answers + w for w in wrong)])


def test_the_day_of_a_file_of_ids() -> None:
    """It is read from the key that is made; a day that is none, and any other key, has none."""
    prefix = keys.export_prefix("TMDB", "movie")
    key = keys.export_key("TMDB", "movie", date(2026, 1, 5), "movie_ids_01_05_2026.json.gz")
    assert keys.parse_export_key(key, prefix) == date(2026, 1, 5)
    others = ["2026/13/01/a.gz", "2026/01/05", "2026/01/05/a/b.gz", "x/2026/01/05/a.gz"]
    assert all(keys.parse_export_key(prefix + one, prefix) is None for one in others)
    assert keys.parse_export_key(key, keys.export_prefix("TMDB", "series")) is None
