"""Records as a table: those that manifests name, as they are, of any run that is not expired."""

import asyncio
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from asked_lake import ask, asked
from made_lake import Made, make
from made_opinions import Told, tell

from harvester.errors import DocumentError, HarvesterError, LakeError
from harvester.lake.documents.manifest import FileReceipt
from harvester.lake.documents.plan import VERSION, Plan
from harvester.run import proven_records
from harvester.stores import Store, open_store
from harvester.zones.query import raw_records
from harvester.zones.query.views import RAW_COLUMNS

RUN = "20261124-00000000"
FOLDER = Path("l/Raw/TMDB/JSON/Movies/details/2026/11/24")


def _make(*bodies: object, run: str = RUN, **how: object) -> None:
    titles = [
        Made(f"tt{n:07d}", tmdb_id=n, bodies={"details": body}) for n, body in enumerate(bodies, 1)
    ]
    asyncio.run(make(Path("l"), titles, run=run, **how))  # type: ignore[arg-type]


def test_every_column_of_a_record() -> None:
    """The envelope's, the body as JSON, and what the plan says of the run."""
    made = Made("tt0000007", "tv", 9, {"details": {"id": 9, "name": "N"}}, "pt-BR", id="tv:9")
    asyncio.run(make(Path("l"), [made], synthetic=True))
    moment = datetime(2026, 11, 24, 7)  # noqa: DTZ001 - as DuckDB gives it
    assert ask("l", "FROM raw_details") == [
        (
            "tv:9",
            "tt0000007",
            9,
            None,
            "tv",
            "pt-BR",
            moment,
            '{"id":9,"name":"N"}',
            "TMDB",
            RUN,
            True,
        )
    ]
    assert raw_records.SCHEMA.names == [column.name for column in RAW_COLUMNS]


@pytest.mark.parametrize(("origin", "origin_id"), [("OMDb", "tt0000007"), ("TVmaze", 82)])
async def test_records_of_other_origins(origin: str, origin_id: int | str) -> None:
    """They have an id of their own, as text, and neither TMDB's nor a language."""
    endpoint = {"OMDb": "title", "TVmaze": "show"}[origin]
    await tell(Path("l"), origin, [Told("tt0000007", {endpoint: {"a": 1}}, origin_id)])
    sql = f"FROM raw_{endpoint} SELECT id, tmdb_id, origin_id, media_type, response, origin"
    (found,) = await asked("l", sql)
    assert found == [("tt0000007", None, str(origin_id), None, '{"a":1}', origin)]


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_bodies_are_as_they_came(suffix: str) -> None:
    """Both formats; half a surrogate pair is readable JSON, a huge number keeps its digits."""
    bodies = [
        b'{"id":1,"title":"\xc3\xa9","budget":123456789012345678901234567890}',
        b'{"id": 2 , "title":"cut \\ud83d"}',
        b'{"id":3,"title":1e999}',
    ]
    _make(*bodies, suffix=suffix)
    rows = ask("l", "SELECT response, response->>'title' FROM raw_details ORDER BY id")
    assert rows[0] == (bodies[0].decode(), "é")
    assert json.loads(rows[1][1]) == {"not_unicode": "cut \\ud83d"}
    assert rows[2][0] == bodies[2].decode()


def test_records_of_0_1_0_have_an_id() -> None:
    """Where the plan is of version 1, it is the IMDb id."""
    assert VERSION > 1
    _make({"id": 1}, version=1)
    assert ask("l", "SELECT id, imdb_id FROM raw_details") == [("tt0000001", "tt0000001")]


def test_only_what_manifests_name() -> None:
    """A stray file beside the records, and one of a unit without a manifest, is not read."""
    _make({"id": 1})
    (file,) = FOLDER.iterdir()
    file.with_name(file.name.replace("-000000-", "-000001-")).write_bytes(file.read_bytes())
    file.with_name("stray.json").write_bytes(file.read_bytes())
    assert ask("l", "SELECT count(*) FROM raw_details") == [(1,)]
    assert ask("l", "SELECT count(*) FROM raw_credits") == [(0,)]


def test_all_runs_but_those_that_are_expired() -> None:
    """In the order in which they were planned; a tombstone takes a run's records away."""
    _make({"id": 1}, run="20261125-0000000b", day=date(2026, 11, 25))
    _make({"id": 1}, {"id": 2}, run="20261123-0000000a", day=date(2026, 11, 23))
    runs = [run for (run,) in ask("l", "SELECT run FROM raw_details")]
    assert runs == ["20261123-0000000a"] * 2 + ["20261125-0000000b"]
    Path("l/Raw/TMDB/_harvest/20261123-0000000a/expired.json").write_text("{}")
    assert ask("l", "SELECT run FROM raw_details") == [("20261125-0000000b",)]


def test_a_table_is_read_more_than_once() -> None:
    """A statement may name it twice: each scan reads the lake again."""
    _make({"id": 1}, {"id": 2})
    sql = "SELECT count(*) FROM raw_details a JOIN raw_details b USING (id)"
    assert ask("l", sql) == [(2,)]


@pytest.mark.parametrize("what", ["changed", "gone", "link"])
def test_a_file_that_is_not_what_its_manifest_says(what: str) -> None:
    """It is an error that names the file: a part must not pass for the whole."""
    _make({"id": 1, "title": "A"})
    (file,) = FOLDER.iterdir()
    data = file.read_bytes()
    file.unlink()
    if what == "changed":
        file.write_bytes(data.replace(b'"A"', b'"Z"'))
    elif what == "link":
        Path("elsewhere").write_bytes(data)
        file.symlink_to(Path("elsewhere").resolve())
    with pytest.raises(LakeError, match=file.name) as error:
        ask("l", "SELECT count(*) FROM raw_details")
    assert "\n" not in str(error.value)


def test_a_record_that_is_none() -> None:
    """What its manifest proves, and is no record, is named, too."""
    _make(b'{"id":1},"media_type":7,"language":{"x":1')
    with pytest.raises(LakeError, match="holds a record that can't be read"):
        ask("l", "FROM raw_details")


def test_a_run_that_can_not_be_read() -> None:
    """Its document is named: nobody knows what it lacks."""
    _make({"id": 1})
    _make({"id": 1}, run="20261125-0000000b", day=date(2026, 11, 25))
    Path("l/Raw/TMDB/_harvest/20261125-0000000b/plan.json").write_text("{")
    with pytest.raises(DocumentError, match=r"20261125-0000000b/plan\.json"):
        ask("l", "FROM raw_details")


def test_a_lake_without_runs() -> None:
    """A misspelled lake has no records, and says so; nothing makes it."""
    with pytest.raises(HarvesterError, match="nothere holds no run yet"):
        ask("nothere", "FROM raw_details")
    assert not Path("nothere").exists()


async def test_what_nobody_wants_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty files the first rows take one; all of them come once."""
    for n in range(1, 21):
        made = Made(f"tt{n:07d}", tmdb_id=n, bodies={"details": {"id": n}})
        await make(Path("l"), [made], run=f"20261124-000000{n:02d}")
    read = []
    one_by_one = proven_records.read_proven

    async def counting(store: Store, plan: Plan, file: FileReceipt) -> Any:
        read.append(file.key)
        return await one_by_one(store, plan, file)

    monkeypatch.setattr(raw_records, "read_proven", counting)
    async with open_store("l") as store:
        batches = raw_records.record_batches(store, "details")
        first = await anext(batches)
        assert (first.num_rows, len(read)) == (1, 1)
        ids = [first["id"][0].as_py()]
        async for batch in batches:
            ids += batch["id"].to_pylist()
    assert sorted(ids) == [f"tt{n:07d}" for n in range(1, 21)]
    assert len(set(read)) == len(read) == 20
