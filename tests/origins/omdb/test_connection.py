"""A run of OMDb over real HTTP: the key, the quota, doubts, outages."""

import logging
from pathlib import Path
from typing import Any

import pytest
from csvs import movies
from scripted_omdb import (
    KEY,
    PROBE,
    UNKNOWN,
    OmdbReply,
    ScriptedOmdb,
    refusal,
    scripted_omdb,
    title,
)

from harvester.errors import SettingError
from harvester.lake.documents.summary import Report
from harvester.origins.omdb.origin import OmdbOrigin
from harvester.origins.origin import Access, Rationed
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.verify import Breach, Checked, verify_run
from harvester.stores import open_store
from harvester.upstream import client
from harvester.upstream.tally import Tally

CSV = "m.csv"


async def harvested(omdb: ScriptedOmdb, count: int = 0, **more: Any) -> Report:
    """Harvest the first titles; with no count, those of the CSV that is there."""
    if count:
        movies(Path(CSV), range(1, count + 1))
    return await harvest(omdb.settings(CSV, **more), stop=Stop())


async def breaches(run: str) -> list[Breach]:
    """Verify a run."""
    async with open_store("l") as store:
        return [breach async for breach in verify_run(store, run, Checked())]


def secrets_in(folder: str) -> list[Path]:
    """Return the files that hold the key, or are named by it."""
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    assert files
    return [path for path in files if KEY.encode() in path.read_bytes() or KEY in str(path)]


async def test_one_request_a_title_and_none_to_check() -> None:
    """The first answer tells whether the key is good; each title is asked with its full plot."""
    async with scripted_omdb() as omdb:
        report = await harvested(omdb, 250)
    assert (report.finish_reason, report.titles.harvested) == ("finished", 250)
    assert not report.synthetic
    assert report.requests.sent == len(omdb.queries) == 250
    assert omdb.keyless == 1  # on this machine it may be a simulator
    assert {(query["plot"], query["apikey"]) for query in omdb.queries} == {("full", KEY)}
    assert await breaches(report.run) == []


async def test_omdb_itself_is_asked_nothing_before_the_first_title() -> None:
    """No probe, no check: an address that is not this machine's gets no request without a title."""
    access = Access("http://omdb.invalid", OmdbOrigin().credential("OMDB_API_KEY", KEY))
    tally = Tally()
    async with OmdbOrigin().connect(access, tally) as connection:
        assert isinstance(connection, Rationed)
        assert await connection.check() is False
    assert tally.sent == 0


@pytest.mark.parametrize("status", [200, 401, 403])
async def test_a_refused_key_is_one_request(status: int, caplog: pytest.LogCaptureFixture) -> None:
    """Exit 4 without another request; what it had reserved of the day is given back."""
    caplog.set_level(logging.DEBUG)
    async with scripted_omdb() as omdb:
        for number in range(1, 301):
            omdb.replies[f"tt{number:07d}"] = refusal("Invalid API key!", status)
        for asked in (1, 2):
            report = await harvested(omdb, 300)
            assert report.finish_reason == "token_refused"
            assert report.message is not None
            assert "check OMDB_API_KEY" in report.message
            assert len(omdb.queries) == asked
        omdb.replies.clear()
        report = await harvested(omdb)
    assert report.finish_reason == "finished"
    assert len(omdb.queries) == 302
    assert KEY not in caplog.text
    assert secrets_in("l") == []


async def test_a_limit_in_mid_unit_says_what_it_wastes(caplog: pytest.LogCaptureFixture) -> None:
    """OMDb's word counts, whatever is left by our count: nothing failed, the rest is pending."""
    caplog.set_level(logging.DEBUG)
    async with scripted_omdb() as omdb:
        omdb.quota = 150
        report = await harvested(omdb, 250, concurrency=1)
        assert report.finish_reason == "quota"
        assert (report.titles.failed, report.titles.unmatched) == (0, 0)
        assert report.titles.pending >= 150
        kept = report.titles.harvested
        wasted = len(omdb.queries) - kept
        assert report.message is not None
        assert report.message.startswith("OMDb says that the key's requests of the day are used up")
        assert f"; {wasted} requests of " in report.message
        assert "run the same command again tomorrow" in report.message
        omdb.quota = None
        report = await harvested(omdb)
    assert report.finish_reason == "finished"
    assert report.titles.harvested == 250
    assert await breaches(report.run) == []
    assert KEY not in caplog.text
    assert secrets_in("l") == []


async def test_a_limit_at_once_is_one_request() -> None:
    """A second command of the same day costs one more."""
    async with scripted_omdb() as omdb:
        omdb.quota = 0
        for asked in (1, 2):
            report = await harvested(omdb, 250)
            assert report.finish_reason == "quota"
            assert report.message is not None
            assert "; 1 request of 1 unit that could not be finished" in report.message
            assert len(omdb.queries) == asked


async def test_a_unit_starts_only_with_a_request_for_each_of_its_titles() -> None:
    """What a retry took is not there for the last unit, which does not fit and is not begun."""
    async with scripted_omdb() as omdb:
        omdb.replies["tt0000007"] = [OmdbReply(b"", 503), OmdbReply(title("tt0000007"))]
        report = await harvested(omdb, 250, quota=249)
        assert report.finish_reason == "quota"
        assert report.message is not None
        assert "could not be finished" not in report.message
        assert report.titles.harvested == 200
        assert len(omdb.queries) == 201
        report = await harvested(omdb, quota=251)
    assert report.finish_reason == "finished"
    assert len(omdb.queries) == 251
    assert max(count for imdb_id, count in omdb.asked.items() if imdb_id != "tt0000007") == 1


async def test_no_more_than_the_quota_is_sent_even_for_retries() -> None:
    """A retry that is one too many costs its own unit, whose answers are not kept."""
    async with scripted_omdb() as omdb:
        omdb.replies["tt0000007"] = [OmdbReply(b"", 503), OmdbReply(title("tt0000007"))]
        report = await harvested(omdb, 250, quota=200)
        assert report.finish_reason == "quota"
        assert report.titles.harvested == 100
        wasted = len(omdb.queries) - 100
        assert 1 < wasted <= 100
        assert report.message is not None
        assert "OMDb's 200 requests of " in report.message
        assert f"; {wasted} requests of 1 unit that could not be finished" in report.message
        assert (await harvested(omdb, quota=400)).finish_reason == "finished"


async def test_a_quota_that_no_unit_fits_in_is_refused() -> None:
    """It would never come to an end; what to set is said."""
    async with scripted_omdb() as omdb:
        with pytest.raises(SettingError, match="set it to 100 or more"):
            await harvested(omdb, 250, quota=99)
    assert omdb.queries == []


async def test_an_unknown_title_among_known_ones_is_asked_once() -> None:
    """OMDb's word for it reads like a failure; as long as others are answered it is believed."""
    async with scripted_omdb() as omdb:
        for number in range(2, 200, 3):
            omdb.replies[f"tt{number:07d}"] = UNKNOWN
        report = await harvested(omdb, 200)
    assert report.titles.unmatched == 66
    assert set(report.reasons["unmatched"]) == {"Error getting data."}
    assert len(omdb.queries) == 200


async def test_nothing_but_unknown_titles_are_believed_when_a_known_one_is_answered() -> None:
    """A probe now and then; no title is asked twice."""
    async with scripted_omdb() as omdb:
        for number in range(1, 101):
            omdb.replies[f"tt{number:07d}"] = UNKNOWN
        report = await harvested(omdb, 100)
    assert (report.finish_reason, report.titles.unmatched) == ("finished", 100)
    assert 0 < omdb.asked.pop(PROBE) <= 20
    assert set(omdb.asked.values()) == {1}


async def test_an_outage_in_omdbs_own_words_makes_no_title_unmatched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When not even a known title is answered, the run ends, and goes on when OMDb is back."""
    monkeypatch.setattr("harvester.upstream.health._PROBE_AFTER_SECONDS", (0.0, 0.01, 0.02))
    async with scripted_omdb() as omdb:
        omdb.replies[PROBE] = UNKNOWN
        for number in range(150, 301):
            omdb.replies[f"tt{number:07d}"] = UNKNOWN
        report = await harvested(omdb, 300, concurrency=1)
        assert report.finish_reason == "upstream_down"
        assert report.message is not None
        assert "OMDb does not answer: 127.0.0.1:" in report.message
        assert "answers with errors only (HTTP 200)" in report.message
        assert report.titles.unmatched == 0
        omdb.replies.clear()
        report = await harvested(omdb)
    assert report.titles.harvested == 300


@pytest.mark.parametrize("body", [b"<html>Log in", b"[]", b""])
async def test_a_page_for_every_title_is_an_outage(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway's 200 for everything fails no title."""
    monkeypatch.setattr("harvester.upstream.health._PROBE_AFTER_SECONDS", (0.0, 0.01))
    async with scripted_omdb() as omdb:
        omdb.replies = {f"tt{n:07d}": OmdbReply(body) for n in [*range(1, 101), 111161]}
        report = await harvested(omdb, 100)
    assert report.finish_reason == "upstream_down"
    assert report.message is not None
    assert "check OMDB_BASE_URL" in report.message
    assert report.titles.failed == 0


async def test_blocked_on_the_way_says_nothing_of_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A firewall's 403 is no 403 of OMDb's; the key in the query is in no message."""
    monkeypatch.setattr("harvester.upstream.health._PROBE_AFTER_SECONDS", (0.0, 0.01))
    page = OmdbReply(b"<html>Attention Required! | Cloudflare", 403)
    async with scripted_omdb() as omdb:
        omdb.replies = {f"tt{n:07d}": page for n in [*range(1, 101), 111161]}
        report = await harvested(omdb, 100)
    assert report.finish_reason == "upstream_down"
    assert report.message is not None
    assert report.message.startswith("blocked on the way to OMDb: 127.0.0.1:")
    assert KEY not in report.message


async def test_nobody_there(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host is named, the key is not; what was reserved and not sent is given back."""
    monkeypatch.setattr("harvester.upstream.health._PROBE_AFTER_SECONDS", (0.0, 0.01))
    caplog.set_level(logging.DEBUG)
    async with scripted_omdb() as omdb:
        movies(Path(CSV), range(1, 101))
        there = omdb.settings(CSV)
    for _ in range(2):
        report = await harvest(there, stop=Stop())
        assert report.finish_reason == "upstream_down"
        assert report.message is not None
        assert "OMDb does not answer: cannot connect to 127.0.0.1:" in report.message
    assert KEY not in caplog.text + str(report)
    assert secrets_in("l") == []
    names = [path.name for path in Path("l/Raw/OMDb/_harvest/_quota").rglob("*.json")]
    assert sum(name.startswith("unsent-") for name in names) == 2


async def test_a_key_that_omdb_repeats_is_not_written() -> None:
    """In an error's words it would be the reason of an outcome."""
    async with scripted_omdb() as omdb:
        omdb.replies["tt0000002"] = refusal(f"No title for {KEY}.")
        report = await harvested(omdb, 3)
    assert set(report.reasons["unmatched"]) == {"No title for ***."}
    assert secrets_in("l") == []


async def test_a_title_without_an_imdb_id_takes_no_request() -> None:
    """OMDb joins on it; which one a TMDB id has, the lake may know."""
    Path("ids.txt").write_text("movie:278\nmovie:680\ntt0000003\n", encoding="utf-8")
    async with scripted_omdb() as omdb:
        report = await harvest(omdb.settings("ids.txt"), stop=Stop())
    assert (report.titles.harvested, report.titles.unmatched) == (1, 2)
    assert set(report.reasons["unmatched"]) == {"no_imdb_id"}
    assert list(omdb.asked) == ["tt0000003"]
    assert await breaches(report.run) == []


def test_the_client_believes_few_in_a_row() -> None:
    """More would be lost in an outage that OMDb words as a missing title."""
    assert client.MOST_DOUBTED < 10
