"""What a lake holds of a title: the newest proven records, few requests, and its JSON."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_lake import Made, make
from s3_servers import S3Server

from harvester.errors import LakeError, SettingError
from harvester.lake.keys import RunFolder, record_key
from harvester.lake.title_ids import pack
from harvester.origins.table import ORIGINS
from harvester.run import journal
from harvester.run.choose import plan_of
from harvester.run.show import title as module
from harvester.run.show.title import ShownTitle, find_title
from harvester.stores import Store, open_store
from harvester.stores.s3.store import S3Store

NAMES = ("find", "details", "credits", "keywords")


def bodies(note: str) -> dict[str, Any]:
    """Return a body of each endpoint that says which it is."""
    return {name: {"id": 278, "title": f"{name} {note}"} for name in NAMES}


async def made(
    lake: Path, day: int, *, suffix: str = "json", synthetic: bool = False, **of: Any
) -> str:
    """Write a finished run of a day: its title, and another whose id holds the title's."""
    run = f"202611{day:02d}-00000000"
    at = f"2026-11-{day:02d}T07:00:00Z"
    titles = [
        Made("tt1111611", tmdb_id=2780, bodies=bodies("other"), fetched_at=at),
        Made("tt0111161", tmdb_id=278, bodies=bodies(run) | of, fetched_at=at),
    ]
    when = date(2026, 11, day)
    await make(lake, titles, run=run, day=when, suffix=suffix, synthetic=synthetic)
    async with open_store(str(lake)) as store:
        await journal.save_outcomes(store, await plan_of(store, run))
    return run


def newest(shown: ShownTitle) -> dict[str, str]:
    """Return the run that each endpoint's record is of."""
    return {one.endpoint: one.run for one in shown.records}


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
async def test_the_newest_record_of_each_endpoint(tmp_path: Path, suffix: str) -> None:
    """Out of the run that answered last, in the order of the endpoints, of this title alone."""
    runs = [await made(tmp_path, day, suffix=suffix) for day in (24, 22, 23)]
    shown = await find_title(str(tmp_path), pack("movie:278"))
    assert newest(shown) == dict.fromkeys(NAMES, runs[0])
    assert all(runs[0] in one.content["response"]["title"] for one in shown.records)
    assert [one.run for one in shown.outcomes] == [runs[0], runs[2], runs[1]]
    assert (shown.imdb_id, shown.media_type, shown.tmdb_id) == ("tt0111161", "movie", 278)
    assert ("title", f"details {runs[0]}") in shown.facts["TMDB"]
    assert shown.damaged == []


async def test_real_data_wins(tmp_path: Path) -> None:
    """A record of the simulator's is shown only where there is no real one, as in the zones."""
    real, synthetic = await made(tmp_path, 23), await made(tmp_path, 24, synthetic=True)
    shown = await find_title(str(tmp_path), 111161)
    assert newest(shown) == dict.fromkeys(NAMES, real)
    assert [(one.run, one.synthetic) for one in shown.outcomes] == [
        (synthetic, True),
        (real, False),
    ]


async def test_an_expired_run_has_no_records(tmp_path: Path) -> None:
    """Its outcome is shown as expired, and the older run's records count."""
    old, new = await made(tmp_path, 23), await made(tmp_path, 24)
    (tmp_path / RunFolder("TMDB", new).expired).write_bytes(b"{}")
    shown = await find_title(str(tmp_path), 111161)
    assert newest(shown) == dict.fromkeys(NAMES, old)
    assert [(one.run, one.expired) for one in shown.outcomes] == [(new, True), (old, False)]
    (tmp_path / RunFolder("TMDB", old).expired).write_bytes(b"{}")
    shown = await find_title(str(tmp_path), 111161)
    assert (shown.records, shown.damaged) == ([], [])
    assert all(one.expired for one in shown.outcomes)


async def test_a_record_that_is_not_its_manifests_is_named(tmp_path: Path) -> None:
    """Changed or gone: a sentence that names the file; the other endpoints are shown."""
    run = await made(tmp_path, 24)
    details, credits_ = (
        next(tmp_path.glob(f"Raw/TMDB/JSON/Movies/{name}/**/*.json"))
        for name in ("details", "credits")
    )
    details.write_bytes(details.read_bytes().replace(b"details", b"another"))
    credits_.unlink()
    shown = await find_title(str(tmp_path), 111161)
    assert newest(shown) == {"find": run, "keywords": run}
    assert len(shown.damaged) == 2
    said = " ".join(shown.damaged)
    assert f"{details.name} is not what its manifest says: `harvester verify {run}`" in said
    assert f"{credits_.name} is missing" in said


async def test_a_record_in_a_further_file_of_its_unit(tmp_path: Path) -> None:
    """An endpoint's records of one unit may fill several files: each is looked into."""
    run = await made(tmp_path, 24)
    manifest = tmp_path / RunFolder("TMDB", run).manifest(0)
    content = json.loads(manifest.read_bytes())
    old = next(one for one in content["files"] if "/credits/" in one["key"])
    content["files"].remove(old)
    for part, record in enumerate(json.loads((tmp_path / old["key"]).read_bytes())):
        data = json.dumps([record], separators=(",", ":")).encode()
        sha256 = hashlib.sha256(data).hexdigest()
        key = record_key(old["key"][: -len("000000-0-01234567.json")], 0, part, sha256, "array")
        (tmp_path / key).write_bytes(data)
        content["files"].append({"key": key, "records": 1, "bytes": len(data), "sha256": sha256})
    manifest.write_text(json.dumps(content))
    shown = await find_title(str(tmp_path), 111161, "credits")
    assert [one.key for one in shown.records] == [content["files"][-1]["key"]]
    assert shown.damaged == []


async def test_outcomes_that_are_not_their_manifests_are_named(tmp_path: Path) -> None:
    """A line that was changed says nothing of where a record is."""
    run = await made(tmp_path, 24)
    path = tmp_path / RunFolder("TMDB", run).outcomes
    path.write_bytes(path.read_bytes().replace(b",movie,278,", b",movie,279,"))
    shown = await find_title(str(tmp_path), 111161)
    assert shown.records == []
    assert ["disagree on tt0111161" in one for one in shown.damaged] == [True]


async def test_json_has_the_records_as_they_lie_there(tmp_path: Path) -> None:
    """Half a surrogate pair and numbers beyond a double survive; line breaks become spaces."""
    odd = b'{"id":278,"a":"\\ud83d","b":1e999,"c":1.10,"d":%b,\r\n\t"e":"\\u009b"}' % (b"9" * 5_000)
    await made(tmp_path, 24, credits=odd)
    shown = await find_title(str(tmp_path), 111161, "credits")
    data = shown.to_json()
    assert b'"response":' + odd.replace(b"\r\n\t", b"   ") + b"}" in data
    content = json.loads(data, parse_int=str)
    assert list(content) == [
        *("version", "id", "imdb_id", "media_type", "tmdb_id", "outcomes", "damaged", "records"),
    ]
    assert [one["endpoint"] for one in content["records"]] == ["credits"]
    assert list(content["outcomes"][0]) == [
        *("run", "id", "fetched_at", "outcome", "reason", "expired", "synthetic", "origin"),
    ]


async def test_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    """A lake without runs, a title and an endpoint that it lacks: each says what to do."""
    with pytest.raises(LakeError, match="holds no run yet"):
        await find_title(str(tmp_path), 111161)
    await made(tmp_path, 24)
    with pytest.raises(LakeError, match=r"nothing of movie:5: `harvester run tmdb:movie/5`"):
        await find_title(str(tmp_path), pack("movie:5"))
    with pytest.raises(LakeError, match=r"nothing of tt0000005: `echo tt0000005 \| harvester"):
        await find_title(str(tmp_path), 5)
    with pytest.raises(LakeError, match=r"no images of tt0111161: .* --endpoints images`"):
        await find_title(str(tmp_path), 111161, "images")
    with pytest.raises(SettingError, match="did you mean 'credits'"):
        await find_title(str(tmp_path), 111161, "credit")


@pytest.mark.parametrize("name", ["plan.json", "outcomes.csv"])
async def test_a_title_may_be_in_a_run_that_cannot_be_read(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The run is named, and nobody is told to harvest what may be there."""
    run = await made(tmp_path, 24)
    (tmp_path / RunFolder("TMDB", run).prefix / name).write_bytes(b"{\n")
    with pytest.raises(LakeError, match=r"no run of .* that can be read has tt0111161"):
        await find_title(str(tmp_path), 111161)
    assert f"{run}/{name} is damaged" in caplog.text


async def test_requests_in_s3(
    tmp_path: Path,
    moto_s3: S3Server,
    fresh_bucket: Callable[[S3Server], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A listing an origin, two a run, three an endpoint at most, where every run has the title."""
    for day in range(1, 11):
        await made(tmp_path, day)
    uri = fresh_bucket(moto_s3)
    async with open_store(uri) as store:
        for path in sorted(tmp_path.rglob("*.*")):
            if path.is_file() and not path.name.startswith("."):
                await store.put(path.relative_to(tmp_path).as_posix(), path.read_bytes())
    sent: list[str] = []

    @asynccontextmanager
    async def counted(lake: str) -> AsyncIterator[Store]:
        async with open_store(lake) as store:
            assert isinstance(store, S3Store)
            store._client.meta.events.register(
                "before-send.s3", lambda request, **_: sent.append(request.url)
            )
            yield store

    monkeypatch.setattr(module, "open_store", counted)
    for title_id, endpoint, endpoints in (
        ("tt0111161", None, 4),
        ("movie:278", None, 4),
        ("tt0111161", "details", 1),
        ("movie:278", "keywords", 1),
    ):
        sent.clear()
        shown = await find_title(uri, pack(title_id), endpoint)
        assert len(shown.records) == endpoints
        assert 0 < len(sent) <= len(ORIGINS) + 2 * 10 + 3 * endpoints, sent
