"""A TVmaze whose every answer a test writes, and harvests from it as fast as this machine can."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from loopback import on_loopback

from harvester.lake.documents.summary import Report
from harvester.origins.table import ORIGINS
from harvester.origins.tvmaze.origin import TvmazeOrigin
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.verify import Breach, Checked, verify_run
from harvester.settings import Settings
from harvester.stores import open_store

DAY = date(2026, 11, 24)
PREFIX = "/tvmaze"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ScriptedTvmaze:
    """The answers, by path and query below the base URL, and how often each was asked for.

    A list of answers is used in order, and its last one is repeated. What has none is a 404.
    """

    base_url: str = ""
    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    on_request: Callable[[str], object] = field(default=len)

    def show(self, show_id: int, imdb_id: str | None, body: bytes | None = None) -> bytes:
        """Have a show, and a lookup that leads to it; return its body."""
        external = json.dumps({"imdb": imdb_id}).encode()
        made = b'{"id":%d,"name":"Show %d","externals":%b}' % (show_id, show_id, external)
        self.answers[f"shows/{show_id}"] = Answer(body or made)
        if imdb_id is not None:
            self.leads(imdb_id, f"{self.base_url}/shows/{show_id}")
        return body or made

    def leads(self, imdb_id: str, location: str) -> None:
        """Let a lookup lead to an address."""
        self.answers[f"lookup/shows?imdb={imdb_id}"] = Answer(b"", 301, {"Location": location})

    def index(self, pages: Sequence[bytes]) -> None:
        """Have these pages as the index."""
        for page, body in enumerate(pages):
            self.answers[f"shows?page={page}"] = Answer(body)

    def pages_asked(self) -> Counter[str]:
        """Return how often each page that there is was asked for."""
        return Counter(
            {
                path: count
                for path, count in self.asked.items()
                if path.startswith("shows?page=") and path in self.answers
            }
        )

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer one request."""
        path = request.path_qs.removeprefix(f"{PREFIX}/")
        number = self.asked[path]
        self.asked[path] += 1
        self.on_request(path)
        answer = self.answers.get(path, Answer(status=404))
        if isinstance(answer, list):
            answer = answer[min(number, len(answer) - 1)]
        return web.Response(body=answer.body, status=answer.status, headers=answer.headers)


@asynccontextmanager
async def scripted_tvmaze() -> AsyncIterator[ScriptedTvmaze]:
    """Serve a scripted TVmaze on loopback."""
    tvmaze = ScriptedTvmaze()
    tvmaze.answers["shows/1"] = Answer(b'{"id":1}')
    async with on_loopback(tvmaze.answer) as address:
        tvmaze.base_url = f"{address}{PREFIX}"
        yield tvmaze


def series_list(path: Path, ids: Sequence[str]) -> None:
    """Write a list of ids."""
    path.write_text("".join(f"{one}\n" for one in ids))


def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let TVmaze be asked as fast as it answers."""
    monkeypatch.setitem(ORIGINS, "TVmaze", TvmazeOrigin(most_in_10_s=100_000))


def tvmaze_settings(base_url: str, **more: Any) -> Settings:
    """Return the settings of a run over the list `s.txt`."""
    settings = Settings(
        lake="l",
        inputs=("s.txt",),
        kind="series",
        endpoints=("show",),
        origin="TVmaze",
        rate=5_000.0,
        base_url=base_url,
        date=DAY,
    )
    return Settings(**{**{name: getattr(settings, name) for name in settings.__slots__}, **more})


async def harvest_series(base_url: str, ids: Sequence[str], **more: Any) -> Report:
    """Harvest a list of ids as series."""
    series_list(Path("s.txt"), ids)
    return await harvest(tvmaze_settings(base_url, **more), stop=Stop())


async def breaches(run: str, lake: str = "l") -> list[Breach]:
    """Return what `verify` finds wrong."""
    async with open_store(lake) as store:
        return [breach async for breach in verify_run(store, run, Checked())]


def outcomes_of(run: str, lake: str = "l") -> dict[str, dict[str, Any]]:
    """Return the outcome of each title."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(Path(lake).glob(f"Raw/TVmaze/_harvest/{run}/units/[0-9]*.json")):
        found |= json.loads(path.read_bytes())["outcomes"]
    return found


def records_of(lake: str = "l") -> dict[tuple[str, str], dict[str, Any]]:
    """Return the records of a lake by title and endpoint."""
    found = {}
    for path in sorted(Path(lake).glob("Raw/TVmaze/JSON/*/*/*/*/*.json")):
        for record in json.loads(path.read_bytes()):
            found[record["id"], record["endpoint"]] = record
            assert path.parts[4] == record["endpoint"].capitalize().replace("Show", "Shows")
    return found


def raw_bodies(lake: str = "l") -> bytes:
    """Return the bytes of all record files, to find bodies in."""
    paths = sorted(Path(lake).glob("Raw/TVmaze/JSON/*/*/*/*/*.json"))
    return b"".join(path.read_bytes() for path in paths)
