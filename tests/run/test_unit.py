"""One unit: what the slower of two processes leaves in the lake."""

from datetime import date
from pathlib import Path

import pytest
from scripted_tmdb import scripted_tmdb

from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan, Titles
from harvester.model import Asked, Outcome, Title
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.tmdb.api import TMDB
from harvester.origins.tmdb.connection import TmdbConnection
from harvester.origins.tmdb.exports.download import EXPORTS_URL
from harvester.run import journal
from harvester.run.unit import harvest_unit
from harvester.stores import open_store
from harvester.upstream.connect import open_client
from harvester.upstream.credential import Credential
from harvester.upstream.pace import Pace
from harvester.upstream.room import Room
from harvester.upstream.tally import Tally

ASKED = Asked(("find", "details"), None, (), None, "array", "tmdb.test")
TITLES = Titles(b'{"id":"tt0000001","kind":"movie"}\n')


def _plan() -> Plan:
    return Plan(
        run="r",
        digest="0" * 8,
        date=date(2026, 11, 24),
        created_at="2026-11-24T07:00:00Z",
        inputs=(),
        asked=ASKED,
        synthetic=True,
        titles=1,
        titles_sha256=TITLES.sha256,
    )


def _manifest(*files: FileReceipt) -> Manifest:
    return Manifest(
        run="r",
        unit=0,
        outcomes={"tt0000001": Outcome("harvested", "movie", 1)},
        files=files,
        requests={"sent": 2, "retried": 0, "throttled": 0},
        timeline=[],
        latency={},
        started_at="2026-11-24T07:00:00Z",
        finished_at="2026-11-24T07:00:01Z",
    )


@pytest.mark.parametrize("shared", [False, True])
async def test_the_loser_deletes_its_own_files_and_none_that_the_winner_names(
    shared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another process commits first, the loser returns that manifest and deletes its files.

    Two processes that fetched the same bytes in the same second wrote the same key.
    """
    for module in ("titles", "answers"):
        monkeypatch.setattr(f"harvester.origins.tmdb.{module}.now", lambda: "2026-11-24T07:00:00Z")
    async with open_store(str(tmp_path / "l")) as store, scripted_tmdb() as tmdb:
        tmdb.find("tt0000001", "movie", 1)
        credential = Credential(headers={"Authorization": "Bearer x"})

        async def harvest() -> Manifest:
            async with open_client(
                TMDB, tmdb.base_url, credential, pace=Pace(1000), concurrency=5, tally=Tally()
            ) as client:
                return await harvest_unit(
                    store,
                    _plan(),
                    0,
                    [Title("tt0000001", "movie")],
                    TmdbConnection(client, EXPORTS_URL).fetcher(_plan(), Shortcuts()),
                    tally=Tally(),
                    room=Room(),
                    settle=lambda _: None,
                )

        if shared:
            monkeypatch.setattr("harvester.run.unit.now", lambda: "2026-11-24T06:59:59Z")
            winner = await harvest()
            monkeypatch.undo()
            for module in ("titles", "answers"):
                monkeypatch.setattr(
                    f"harvester.origins.tmdb.{module}.now", lambda: "2026-11-24T07:00:00Z"
                )
        else:
            await store.put("Raw/TMDB/JSON/Find/theirs.json", b"[]")
            winner = _manifest(FileReceipt("Raw/TMDB/JSON/Find/theirs.json", 1, 2, "0" * 64))
            assert await journal.commit(store, _plan(), winner)
        assert await harvest() == winner
        there = {entry.key async for entry in store.list("Raw/TMDB/JSON/")}
    assert there == {file.key for file in winner.files}
