"""`records`: what manifests name, in a folder and in S3, and of each title the newest."""

import asyncio
import gc
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import old_lake
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from s3_servers import S3Server

from harvester.errors import LakeError, SettingError
from harvester.lake import keys
from harvester.lake.documents.plan import UNIT_SIZE, Plan, Titles
from harvester.model import Asked, Format, MediaType, Outcome, Title, TitleResult
from harvester.origins.tmdb.endpoints import ENDPOINTS, NAMES
from harvester.origins.tmdb.records import record as tmdb_record
from harvester.run import journal
from harvester.run.records import records
from harvester.run.unit import harvest_unit
from harvester.stores import open_store
from harvester.upstream.room import Room
from harvester.upstream.tally import Tally

DAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class One:
    """A harvested title: its id, the second of its answer, and what TMDB says it is."""

    id: str
    second: int = 0
    media_type: MediaType = "movie"
    size: int = 0


def at(second: int) -> str:
    """Return a time of `DAY`."""
    return f"2026-11-24T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


async def write(
    lake: str,
    run: str,
    titles: Sequence[One],
    *,
    endpoints: tuple[str, ...] = ("details",),
    language: str | None = None,
    layout: Format = "array",
    units: int | None = None,
) -> Plan:
    """Write a run as the product does, save that nothing is asked for; the first `units` only.

    Runs are planned in the order of their names.
    """
    listed = Titles(b"".join(b'{"id":"%b","kind":"movie"}\n' % one.id.encode() for one in titles))
    plan = Plan(
        run=run,
        digest="00000000",
        date=DAY,
        created_at=f"2026-11-24T07:{ord(run[0]) - ord('a'):02d}:{len(run):02d}Z",
        inputs=(),
        asked=Asked(endpoints, language, (), None, layout, "api.test"),
        synthetic=False,
        titles=len(titles),
        titles_sha256=listed.sha256,
    )
    by_id = {one.id: one for one in titles}

    async def fetch(title: Title, _tally: Tally) -> TitleResult:
        one = by_id[title.id]
        found = [
            tmdb_record(
                title,
                imdb_id=title.imdb_id,
                tmdb_id=7,
                media_type=one.media_type,
                endpoint=name,
                language=language if name == "find" or ENDPOINTS[name].localised else None,
                fetched_at=at(one.second),
                body=b'{"id":7,"run":"%b","x":"%b"}' % (run.encode(), b"x" * one.size),
                version=2,
            )
            for name in endpoints
        ]
        outcome = Outcome("harvested", one.media_type, 7, fetched_at=at(one.second))
        return TitleResult(title, outcome, tuple(found))

    async with open_store(lake) as store:
        await journal.save_plan(store, plan, listed)
        for unit in range(plan.units if units is None else units):
            await harvest_unit(
                store,
                plan,
                unit,
                listed.unit(unit),
                fetch,
                tally=Tally(),
                room=Room(),
                settle=lambda _outcome: None,
            )
    return plan


def said(found: Iterator[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return each record's id and the run that its response names."""
    return [(record["id"], record["response"]["run"]) for record in found]


def readers() -> list[threading.Thread]:
    """Return the running threads that read records, and those that their loops use for files."""
    ours = ("harvester-records", "asyncio_")
    return [one for one in threading.enumerate() if one.name.startswith(ours)]


@pytest.fixture(params=["local", "moto_s3"])
def lake(request: pytest.FixtureRequest, tmp_path: Path, fresh_bucket: Callable[..., str]) -> str:
    """Return the URI of an empty lake, one for each kind of store."""
    if request.param == "local":
        return str(tmp_path / "lake")
    return fresh_bucket(request.getfixturevalue(request.param)) + "/some/prefix"


def test_a_record_is_its_envelope_with_the_response_parsed(lake: str) -> None:
    """All keys that the data contract names, in its order."""
    asyncio.run(write(lake, "a", [One("tt0000001"), One("movie:278"), One("tv:9", 5, "tv")]))
    found = list(records(lake, endpoint="details"))
    assert found[2] == {
        "id": "tv:9",
        "imdb_id": None,
        "tmdb_id": 7,
        "media_type": "tv",
        "endpoint": "details",
        "language": None,
        "fetched_at": at(5),
        "response": {"id": 7, "run": "a", "x": ""},
    }
    assert [record["id"] for record in found] == ["tt0000001", "movie:278", "tv:9"]


def test_the_newest_of_each_title_is_read_or_all(lake: str) -> None:
    """A title that an older run asked for later, when it was resumed, is read from that one."""
    asyncio.run(write(lake, "a", [One("tt0000001", 10), One("tt0000002", 90), One("tt0000003", 1)]))
    asyncio.run(write(lake, "b", [One("tt0000001", 20), One("tt0000002", 20)]))
    newest = records(lake, endpoint="details")
    assert said(newest) == [("tt0000002", "a"), ("tt0000003", "a"), ("tt0000001", "b")]
    every = said(records(lake, endpoint="details", newest=False))
    assert every == [
        *(("tt0000001", "a"), ("tt0000002", "a"), ("tt0000003", "a")),
        *(("tt0000001", "b"), ("tt0000002", "b")),
    ]
    assert said(records(lake, endpoint="details", run="a")) == every[:3]
    assert said(records(lake, endpoint="details", run="a", newest=False)) == every[:3]


def test_only_files_that_a_manifest_names_are_read(lake: str) -> None:
    """Not a stray beside them, and not the files of a unit that is still to be committed."""
    titles = [One(f"tt{n:07d}") for n in range(1, 2 * UNIT_SIZE + 1)]
    plan = asyncio.run(write(lake, "a", titles))

    async def spoil() -> None:
        prefix = keys.records_prefix("TMDB", "Movies/details", DAY, "a")
        async with open_store(lake) as store:
            stray = b'[{"id":"tt0000001","response":{"run":"stray"}}]'
            await store.put(keys.record_key(prefix, 0, 1, "0" * 64, "array"), stray)
            await store.put(keys.record_key(prefix, 0, 2, "1" * 64, "array"), b"not JSON")
            await store.delete(plan.folder.manifest(1))

    asyncio.run(spoil())
    for newest in (True, False):
        found = said(records(lake, endpoint="details", newest=newest))
        assert found == [(one.id, "a") for one in titles[:UNIT_SIZE]]


def test_it_works_in_a_running_loop(lake: str) -> None:
    """As in a notebook, where a loop of the caller's runs in this very thread."""
    asyncio.run(write(lake, "a", [One("tt0000001"), One("tt0000002")]))

    async def read() -> list[tuple[str, str]]:
        await asyncio.sleep(0)
        return said(records(lake, endpoint="details"))

    assert asyncio.run(read()) == [("tt0000001", "a"), ("tt0000002", "a")]


@pytest.mark.parametrize("how", ["close", "drop", "exhaust", "raise"])
def test_whoever_stops_leaves_nothing_running(lake: str, how: str) -> None:
    """No thread is left, however the iteration ends; warnings are errors in these tests."""
    asyncio.run(write(lake, "a", [One("tt0000001"), One("tt0000002")]))
    asyncio.run(write(lake, "b", [One("tt0000003")]))
    found = records(lake, endpoint="details")
    assert next(found)["id"] == "tt0000001"
    assert readers()
    match how:
        case "close":
            found.close()
        case "exhaust":
            assert len(list(found)) == 2
        case "raise":

            async def delete() -> None:
                async with open_store(lake) as store:
                    listed = [entry.key async for entry in store.list("Raw/TMDB/JSON/")]
                    for key in listed:
                        await store.delete(key)

            asyncio.run(delete())
            with pytest.raises(LakeError, match="is missing"):
                list(found)
        case "drop":
            del found
    gc.collect()
    assert readers() == []


def test_a_program_may_end_in_the_middle(lake: str) -> None:
    """An iterator that nobody closed holds up no exit, and nothing is said of it."""
    asyncio.run(write(lake, "a", [One("tt0000001"), One("tt0000002")]))
    program = (
        "import sys; from harvester import records; "
        "found = records(sys.argv[1], endpoint='details'); print(next(found)['id'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, lake],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "tt0000001\n", "")


@pytest.mark.parametrize("layout", ["array", "lines"])
def test_memory_does_not_grow_with_the_lake(tmp_path: Path, layout: Format) -> None:
    """Of 20 MB in 20 files there are never more than two in memory, and that while one is cut."""
    titles = [One(f"tt{n:07d}", size=10_000) for n in range(1, 20 * UNIT_SIZE + 1)]
    asyncio.run(write(str(tmp_path), "a", titles, layout=layout))
    asyncio.run(write(str(tmp_path), "b", titles[:1], layout=layout))
    assert len(list(tmp_path.rglob("*.json*"))) > 40
    for newest in (True, False):
        ended = subprocess.run(
            [sys.executable, "-c", _PEAK, str(tmp_path), str(newest)],
            capture_output=True,
            text=True,
            check=True,
        )
        count, peak = map(int, ended.stdout.split())
        assert count == len(titles) + (0 if newest else 1)
        assert peak < 4_000_000


# In a process of its own: what other tests left at work would be counted, too. The loop has one
# thread for files: of two, one that the system lets wait may still hold the file before.
_PEAK = """
import gc, os, sys, tracemalloc
os.cpu_count = os.process_cpu_count = lambda: -3
from harvester import records
lake, newest = sys.argv[1], sys.argv[2] == "True"
next(records(lake, endpoint="details"))  # imports, and what the first use keeps
gc.collect()
tracemalloc.start()
before, _ = tracemalloc.get_traced_memory()
count = sum(1 for _ in records(lake, endpoint="details", newest=newest))
print(count, tracemalloc.get_traced_memory()[1] - before)
"""


def test_json_lines(tmp_path: Path) -> None:
    """Runs of both formats are read alike, as their plans say."""
    asyncio.run(write(str(tmp_path), "a", [One("tt0000001"), One("tt0000002")], layout="lines"))
    asyncio.run(write(str(tmp_path), "b", [One("tt0000002", 1)]))
    assert said(records(tmp_path, endpoint="details")) == [("tt0000001", "a"), ("tt0000002", "b")]


def test_each_language_has_its_newest(tmp_path: Path) -> None:
    """Of an endpoint that takes no language there is one newest record, whatever the run's."""
    lake, both = str(tmp_path), ("details", "keywords")
    for run, language in (("a", None), ("b", "pt-BR"), ("c", "pt-BR")):
        asyncio.run(write(lake, run, [One("tt0000001")], endpoints=both, language=language))
    found = list(records(lake, endpoint="details"))
    assert [(one["language"], one["response"]["run"]) for one in found] == [
        (None, "a"),
        ("pt-BR", "c"),
    ]
    assert said(records(lake, endpoint="keywords")) == [("tt0000001", "c")]


def test_media_type_chooses_among_the_newest(tmp_path: Path) -> None:
    """A title that TMDB has moved from movies to series is no movie any more."""
    lake = str(tmp_path)
    asyncio.run(write(lake, "a", [One("tt0000001", 1), One("tt0000002", 1)]))
    asyncio.run(write(lake, "b", [One("tt0000001", 2, "tv")]))
    assert said(records(lake, endpoint="details", media_type="movie")) == [("tt0000002", "a")]
    assert said(records(lake, endpoint="details", media_type="tv")) == [("tt0000001", "b")]
    older = records(lake, endpoint="details", media_type="movie", newest=False)
    assert said(older) == [("tt0000001", "a"), ("tt0000002", "a")]


RUNS = st.lists(
    st.tuples(
        st.sampled_from([("details",), ("find", "details"), ("find", "keywords")]),
        st.sampled_from([None, "pt-BR"]),
        st.sampled_from(["array", "lines"]),
        st.lists(
            st.builds(
                One,
                st.sampled_from(["tt0000001", "tt0000002", "tt0000003"]),
                st.integers(0, 3),
                st.sampled_from(["movie", "tv"]),
            ),
            unique_by=lambda one: one.id,
            max_size=3,
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RUNS)
def test_the_newest_are_those_that_all_records_say(
    tmp_path_factory: pytest.TempPathFactory, runs: list[Any]
) -> None:
    """Of each id and language the record of the latest time, then the latest run."""
    lake = str(tmp_path_factory.mktemp("lake"))
    for number, (endpoints, language, layout, titles) in enumerate(runs):
        written = write(
            lake, "abcd"[number], titles, endpoints=endpoints, language=language, layout=layout
        )
        asyncio.run(written)
    for endpoint in ("find", "details", "keywords"):
        every = list(records(lake, endpoint=endpoint, newest=False))
        assert len(every) == sum(len(run[3]) for run in runs if endpoint in run[0])
        newest = {
            (one["id"], one["language"]): one
            for one in sorted(every, key=lambda one: (one["fetched_at"], one["response"]["run"]))
        }
        found = list(records(lake, endpoint=endpoint))
        assert len(found) == len(newest)
        assert {(one["id"], one["language"]): one for one in found} == newest
        parts: list[dict[str, Any]] = []
        for media_type in ("movie", "tv"):
            parts += records(lake, endpoint=endpoint, media_type=media_type)
        assert sorted(map(str, parts)) == sorted(map(str, found))


def test_a_lake_of_0_1_0(tmp_path: Path) -> None:
    """Each of its runs is read, retries, languages and JSON Lines too; each record has an id."""
    old_lake.unpack(tmp_path)
    lake = tmp_path / "lake"
    named: Counter[str] = Counter()
    for run in (*old_lake.FINISHED, old_lake.UNFINISHED):
        names: Counter[str] = Counter()
        for path in (lake / f"Raw/TMDB/_harvest/{run}/units").glob("[0-9]*.json"):
            for file in json.loads(path.read_bytes())["files"]:
                names[file["key"].split("/")[-5].lower()] += file["records"]
        for name, count in names.items():
            found = list(records(lake, endpoint=name, run=run))
            assert len(found) == count
            assert {next(iter(one)) for one in found} == {"id"}
            assert all(one["id"] == one["imdb_id"] for one in found)
        named += names
    assert set(named) == {"find", "details", "credits", "keywords", "external_ids"}
    for name, count in named.items():
        every = list(records(lake, endpoint=name, newest=False))
        assert len(every) == count
        newest = Counter((one["id"], one["language"]) for one in records(lake, endpoint=name))
        assert newest == dict.fromkeys(((one["id"], one["language"]) for one in every), 1)
    assert sum(named.values()) > sum(1 for name in named for _ in records(lake, endpoint=name))


def test_a_retry_counts_as_a_run_of_its_own(tmp_path: Path) -> None:
    """Its records are among the newest; `run` names the run alone, or the retry."""
    lake = str(tmp_path)
    asyncio.run(write(lake, "a", [One("tt0000001"), One("tt0000002")], units=0))
    asyncio.run(write(lake, "a-retry1", [One("tt0000002", 9)]))
    assert said(records(lake, endpoint="details")) == [("tt0000002", "a-retry1")]
    assert said(records(lake, endpoint="details", run="a-retry1")) == [("tt0000002", "a-retry1")]
    assert said(records(lake, endpoint="details", run="a")) == []
    assert said(records(lake, endpoint="images")) == []


def test_what_cannot_be_asked_for_is_said_at_once(tmp_path: Path) -> None:
    """Before anything is read: an endpoint names the known ones, and the nearest of them."""
    with pytest.raises(SettingError, match="no endpoint 'detials'") as raised:
        records(tmp_path, endpoint="detials")
    assert "did you mean 'details'?" in str(raised.value)
    assert all(name in str(raised.value) for name in NAMES)
    with pytest.raises(SettingError, match="movie or tv, not 'series'"):
        records(tmp_path, endpoint="details", media_type="series")  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="neither"):
        records("gs://bucket", endpoint="details")


@pytest.mark.parametrize("run", ["b", "../a", ""])
def test_an_unknown_run(tmp_path: Path, run: str) -> None:
    """The error of every command; nothing outside the lake is looked at."""
    asyncio.run(write(str(tmp_path), "a", [One("tt0000001")]))
    with pytest.raises(LakeError, match=f"holds no run {run}"):
        next(records(tmp_path, endpoint="details", run=run))


def test_a_lake_without_runs(tmp_path: Path) -> None:
    """A path with a typo is an error, not an empty result."""
    with pytest.raises(LakeError, match="holds no run yet"):
        next(records(tmp_path / "laek", endpoint="details"))
    assert not (tmp_path / "laek").exists()


def test_a_damaged_run(tmp_path: Path) -> None:
    """A part is not given for all there is; a run by name is given."""
    for run in ("a", "b"):
        asyncio.run(write(str(tmp_path), run, [One("tt0000001")]))
    (tmp_path / "Raw/TMDB/_harvest/b/plan.json").write_bytes(b"{")
    with pytest.raises(LakeError, match=r"b/plan\.json is damaged"):
        next(records(tmp_path, endpoint="details"))
    assert len(list(records(tmp_path, endpoint="details", run="a"))) == 1


@pytest.mark.parametrize(("data", "what"), [(None, "is missing"), (b"[]", "is not what")])
def test_a_damaged_record_file(tmp_path: Path, data: bytes | None, what: str) -> None:
    """One sentence that names the file and the command that finds all damage."""
    asyncio.run(write(str(tmp_path), "a", [One("tt0000001")]))
    (path,) = (tmp_path / "Raw/TMDB/JSON").rglob("*.json")
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(LakeError, match=f"{path.name} {what}.*harvester verify a"):
        next(records(tmp_path, endpoint="details"))


@pytest.mark.parametrize("layout", ["array", "lines"])
@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'{"x":"\\ud83d"}', True),
        (b'{"x":1e999}', True),
        (b'{"x":%b}' % (b"9" * 5_000), True),
        (b'{"x":%b%b}' % (b"[" * 900, b"]" * 900), True),
        (b'{"x":%b%b}' % (b"[" * 5_000, b"]" * 5_000), False),
        (b'{"x":"\xff"}', False),
        (b'{"x":1}},[1],{"y":{"z":1}', False),
    ],
)
def test_bodies_that_0_1_0_took_as_they_came(
    tmp_path: Path, body: bytes, layout: Format, *, read: bool
) -> None:
    """Odd ones are read; of others one sentence names the file."""
    asyncio.run(write(str(tmp_path), "a", [One("tt0000001")], layout=layout))
    (path,) = (tmp_path / "Raw/TMDB/JSON").rglob("*.json*")
    old = path.read_bytes()
    start = old.index(b'"response":') + len(b'"response":')
    end = old.rindex(b"}")
    new = old[:start] + body + old[end:]
    before, after = hashlib.sha256(old).hexdigest(), hashlib.sha256(new).hexdigest()
    path.unlink()
    path = path.with_name(path.name.replace(before[:8], after[:8]))  # a key has part of its hash
    path.write_bytes(new)
    (manifest,) = (tmp_path / "Raw/TMDB/_harvest").glob("*/units/*.json")
    text = manifest.read_text().replace(before, after).replace(before[:8], after[:8])
    manifest.write_text(text)
    found = records(tmp_path, endpoint="details")
    if read:
        assert [record["id"] for record in found] == ["tt0000001"]
    else:
        with pytest.raises(LakeError, match=path.name):
            list(found)


def test_an_error_of_the_store(moto_s3: S3Server, s3_env: Callable[[S3Server], None]) -> None:
    """It comes out of the iterator as it is, and the thread ends."""
    s3_env(moto_s3)
    found = records("s3://no-such-bucket", endpoint="details")
    with pytest.raises(LakeError, match="no-such-bucket"):
        next(found)
    assert readers() == []
