"""Any change of any document that a lake holds ends in an exit code of the table, no traceback.

And another run, which is whole, stays so: `verify` of it ends with 0.
"""

import asyncio
import contextlib
import copy
import json
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_star import make_star, small_star
from made_whole import HOST, Said, command, make_whole

from harvester import clock
from harvester.cli.exits import Exit, of_error
from harvester.errors import HarvesterError, UpstreamDown
from harvester.lake import keys
from harvester.lake.documents.built_zones import REFINED, TRUSTED
from harvester.lake.documents.owner import Owner, load_owner, load_owner_seen
from harvester.lake.documents.plan import Plan
from harvester.origins.omdb.quota import Ration
from harvester.origins.tmdb.changes.day import SettledDay
from harvester.origins.tmdb.changes.day import load_day as load_settled
from harvester.origins.tvmaze.index.ask import RunIndex
from harvester.origins.tvmaze.index.page import KeptPage
from harvester.origins.tvmaze.index.shows import IndexedShows
from harvester.origins.tvmaze.updates.day import UpdatedDay
from harvester.origins.tvmaze.updates.day import load_day as load_updated
from harvester.run.choose import all_plans
from harvester.run.expire_run import expire_run
from harvester.run.past_outcomes import outcomes_of, past_runs
from harvester.run.preview import preview
from harvester.settings import load_settings
from harvester.stores import Store, open_store
from harvester.upstream.tally import Tally

TOKEN = {"TMDB_TOKEN": "a-token", "TMDB_BASE_URL": f"http://{HOST}"}
DAY = date(2026, 11, 20)
AT = "2026-11-24T07:00:00Z"
SHOWS = keys.RunFolder("TVmaze", "20261124-0000000a")


class Lake(NamedTuple):
    """A lake with a run that is changed, one that stays whole, and one that is expired."""

    root: Path
    changed: Plan
    whole: Plan
    expired: Plan

    def documents(self) -> dict[str, tuple[str, ...]]:
        """Return the key of each document, and by what it is read."""
        folder, gone = self.changed.folder, self.expired.folder
        today = clock.today()
        return {
            folder.plan: ("status", "verify", "report", "trusted", "expire", "show", "run", "past"),
            folder.titles: ("verify", "report", "trusted", "show", "retry"),
            folder.manifest(0): ("status", "verify", "report", "trusted", "expire", "show"),
            folder.summary: ("status", "verify", "report", "expire", "run", "retry"),
            folder.outcomes: ("status", "verify", "show", "expire", "past"),
            folder.lease: ("lease", "status"),
            folder.owner: ("owner", "status"),
            folder.owner_seen: ("owner seen", "status"),
            folder.asked(0, 0): ("status", "verify", "expire"),
            gone.expired: ("status", "verify gone", "report gone", "trusted", "expire", "show"),
            TRUSTED: ("status", "trusted", "query"),
            REFINED: ("status", "query"),
            keys.changes_key("TMDB", "movie", DAY): ("changes",),
            keys.changes_key("TVmaze", "tv", DAY): ("updates",),
            keys.quota_key("OMDb", today, 0): ("quota",),
            keys.unsent_key("OMDb", today, 1, "0" * 32): ("quota",),
            SHOWS.index_page(0): ("index",),
            SHOWS.index_end: ("index",),
        }


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Return the lake, which each test leaves as it was but for the zones that it builds."""
    root = tmp_path_factory.mktemp("every") / "lake"
    made = Lake(
        root,
        make_whole(root),
        make_whole(root, host="127.0.0.1:10"),
        make_whole(root, host="127.0.0.1:11"),
    )
    assert command("trusted", "--lake", str(root)).code == 0
    asyncio.run(make_star(root, small_star()))
    asyncio.run(_keep(made))
    return made


async def _keep(lake: Lake) -> None:
    folder, today = lake.changed.folder, clock.today()
    owner = Owner("execution", AT).to_json()
    settled = SettledDay("movie", DAY, AT, [1, 2])
    updated = UpdatedDay(DAY, AT, [1, 2], {date(2026, 11, 22): [3]})
    quota = {"requests": 5, "what": "unit 0", "at": AT, "by": "0" * 32}
    show = b'[{"id":1,"externals":{"imdb":"tt0000001"}}]'
    async with open_store(str(lake.root)) as store:
        await expire_run(store, lake.expired)
        for key, data in {
            folder.owner: owner,
            folder.owner_seen: owner,
            folder.lease: b'{"host":"h","pid":1,"nonce":"n","renewal":0}',
            folder.asked(0, 0): b'{"request":"discover/movie","response":{}}\n',
            settled.key: settled.to_json(),
            updated.key: updated.to_json(),
            keys.quota_key("OMDb", today, 0): json.dumps(quota).encode(),
            keys.unsent_key("OMDb", today, 1, "0" * 32): b"{}",
            SHOWS.index_page(0): KeptPage(0, AT, show).to_json(),
            SHOWS.index_end: json.dumps({"version": 1, "pages": 1, "asked_at": AT}).encode(),
        }.items():
            await store.put(key, data)


def _said(work: Callable[[], object]) -> Said:
    """Say what is no command as one would."""
    try:
        work()
    except HarvesterError as error:
        return Said(of_error(error), "", f"harvester: {error}\n")
    return Said(0, "", "")


class _Down:
    """A TVmaze that answers nothing: what the lake does not list is asked for."""

    async def get(self, *_: object, **__: object) -> bytes:
        raise UpstreamDown("TVmaze is down; run the command again later")


async def _lease(store: Store, run: keys.RunFolder) -> None:
    async with store.hold(run.lease, f"run {run.run}", lambda _: None):
        pass


async def _quota(store: Store, root: Path) -> None:
    before = set(root.glob("Raw/OMDb/_harvest/_quota/*/*"))
    await Ration(1_000).reserve(store, 1, "unit 1")
    for path in set(root.glob("Raw/OMDb/_harvest/_quota/*/*")) - before:
        path.unlink()


async def _past(store: Store) -> None:
    known = await all_plans(store)
    async for one in past_runs(store, known.plans):
        async for found in outcomes_of(store, one):
            assert all(row.number for row in found.rows)


async def _index(store: Store) -> None:
    pages = RunIndex(_Down(), store, SHOWS, Tally())  # type: ignore[arg-type]
    with IndexedShows() as shows:
        await pages.read_into(shows)


def readers(lake: Lake) -> dict[str, Callable[[], Said]]:
    """Return what reads documents, by name."""
    run, gone, where = lake.changed.run, lake.expired.run, ("--lake", str(lake.root))
    page = ("-o", str(lake.root.parent / "page.html"))

    def planned(retry_of: str | None = None, **flags: Any) -> Callable[[], Said]:
        values = {"lake": str(lake.root), "inputs": (str(lake.root.parent / "titles.txt"),)}
        made = load_settings(
            values | {"endpoints": "find,details"} | flags, environ=TOKEN, retry_of=retry_of
        )
        return lambda: _said(lambda: asyncio.run(preview(made)))

    def read(work: Callable[[Store], Awaitable[object]]) -> Callable[[], Said]:
        async def opened() -> None:
            async with open_store(str(lake.root)) as store:
                await work(store)

        return lambda: _said(lambda: asyncio.run(opened()))

    return {
        "status": lambda: _worst(
            command("status", *where),
            command("status", run, *where),
            command("status", *where, "--json"),
        ),
        "verify": lambda: command("verify", run, *where),
        "verify gone": lambda: command("verify", gone, *where),
        "report": lambda: command("report", run, *where, *page),
        "report gone": lambda: command("report", gone, *where, *page),
        "trusted": lambda: command("trusted", *where),
        "query": lambda: command("query", "SELECT 1", *where),
        "expire": lambda: command("expire", "--dry-run", "--older-than", "1d", "--force", *where),
        "show": lambda: command("show", "tt0000001", *where),
        "run": planned(run=run),
        "past": read(_past),
        "retry": planned(retry_of=run),
        "lease": read(lambda store: _lease(store, lake.changed.folder)),
        "owner": read(lambda store: load_owner(store, lake.changed.folder)),
        "owner seen": read(lambda store: load_owner_seen(store, lake.changed.folder)),
        "changes": read(lambda store: load_settled(store, "movie", DAY)),
        "updates": read(lambda store: load_updated(store, DAY)),
        "quota": read(lambda store: _quota(store, lake.root)),
        "index": read(_index),
    }


def _worst(*said: Said) -> Said:
    return Said(
        max(one.code for one in said), "".join(o.out for o in said), "".join(o.err for o in said)
    )


DEEP = b"[" * 5_000 + b"]" * 5_000
AS_THEY_STAND = {
    "NaN": b"NaN",
    "huge": b"9" * 5_000,
    "beyond": b"1e999",
    "deep": DEEP,
    "list": b"[" + b"0," * 99_999 + b"0]",
    "objects": b"[" + b"{}," * 99_999 + b"{}]",
    "text": b'"' + b"x" * 1_000_000 + b'"',
    "half": b'"\\ud800"',
    "bytes": b'"\xff\xfe"',
    "escape": b'"\\u001b[31m\\n"',
    "nul": b'"\\u0000"',
    "path": b'"../../../../etc/passwd"',
    "null": b"null",
    "true": b"true",
    "negative": b"-1",
    "large": b"1000000000000000000000000000000",
    "half a number": b"1.5",
    "empty text": b'""',
    "no list": b"[]",
    "no object": b"{}",
    "0": b"0",
    "no date": b'"2026-02-30"',
    "no moment": b'"2026-02-30T25:61:61Z"',
}
"""What a value becomes, as the bytes that stand for it."""

_OF_TRUSTED = 0.2
"""Of the places in a document, those of which `trusted` is asked, too: it takes three seconds."""

SHAPES = ("folder", "link", "dangling", "FIFO", "socket folder")
WHOLE = ("empty", "truncated", "twice", "no UTF-8", "spaces", "NUL", *AS_THEY_STAND)
PIECES = ("missing", "unknown key", "duplicate key", *AS_THEY_STAND)


class Change(NamedTuple):
    """What happens to a document: `how`, and where in it, from 0 to 1."""

    number: int
    how: str
    piece: bool
    where: float


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Draw a document, and what happens to it."""
    number, where = draw(st.integers(0, 17)), draw(st.floats(0, 1, exclude_max=True))
    if draw(st.booleans()) or draw(st.booleans()):
        return Change(number, draw(st.sampled_from(PIECES)), True, where)
    return Change(number, draw(st.sampled_from(WHOLE + SHAPES)), False, where)


def _places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(content, dict | list):
        for key, value in content.items() if isinstance(content, dict) else enumerate(content):
            yield (*path, key)
            yield from _places(value, (*path, key))


def _piece(data: bytes, how: str, where: float) -> bytes:
    """Return a document with one of its values changed: of lines, one of the first."""
    head, separator, rest = data.partition(b"\n")
    try:
        content = copy.deepcopy(json.loads(head))
    except ValueError:  # of many lines, or no JSON at all: one byte of it
        content, separator, rest = _or_none(data), b"", b""
    if not isinstance(content, dict | list) or not content:
        cut = int(where * len(data))
        return data[:cut] + AS_THEY_STAND.get(how, b"") + data[cut + 1 :]
    every = list(_places(content))
    *path, last = every[int(where * len(every))]
    at: Any = content
    for key in path:
        at = at[key]
    mark = "what stands here becomes bytes"
    if how == "missing":
        del at[last]
    elif how in AS_THEY_STAND:
        at[last] = mark
    elif isinstance(at, dict):
        at[mark] = at[last]
    text = json.dumps(content).encode()
    quoted = json.dumps(mark).encode()
    if how in AS_THEY_STAND:
        text = text.replace(quoted, AS_THEY_STAND[how])
    elif how == "duplicate key":
        text = text.replace(quoted, json.dumps(last).encode())
    return text + separator + rest


def _or_none(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _bytes(data: bytes, change: Change) -> bytes:
    if change.piece:
        return _piece(data, change.how, change.where)
    at = int(change.where * len(data))
    return {
        "empty": b"",
        "truncated": data[:at],
        "twice": data * 2,
        "no UTF-8": data[:at] + b"\xff" + data[at:],
        "spaces": b" " * 1_000_000,
        "NUL": b"\0" * 1_000,
    }.get(change.how, AS_THEY_STAND.get(change.how, b""))


@contextlib.contextmanager
def changed(path: Path, change: Change) -> Iterator[None]:
    """Put something else in a file's place while the context is open."""
    before = path.read_bytes()
    path.unlink()
    try:
        match change.how:
            case "folder" | "socket folder":
                path.mkdir()
                if change.how != "folder":
                    (path / "x").write_bytes(before)
            case "link":
                path.symlink_to("/dev/zero")
            case "dangling":
                path.symlink_to(path.with_name("nothing"))
            case "FIFO":
                os.mkfifo(path)
            case _:
                path.write_bytes(_bytes(before, change))
        yield
    finally:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        path.write_bytes(before)


def judge(lake: Lake, change: Change) -> None:
    """Make one change, and hold all that reads the document to the promise."""
    key, names = list(lake.documents().items())[change.number]
    known = readers(lake)
    with changed(lake.root / key, change):
        for name in names:
            if name == "trusted" and change.where > _OF_TRUSTED:
                continue
            said = known[name]()
            context = (name, key, change, said.code, said.err[-2_000:])
            assert "Traceback" not in said.out + said.err, context
            assert said.code in set(Exit) - {Exit.UNEXPECTED}, context
            assert "\x1b" not in said.out + said.err, context
            assert said.code == 0 or said.out + said.err, context
        if key.startswith((lake.changed.folder.prefix, lake.expired.folder.prefix)):
            other = command("verify", lake.whole.run, "--lake", str(lake.root))
            assert other.code == Exit.DONE, (key, change, other)


FUZZ = settings(deadline=None, suppress_health_check=list(HealthCheck))


def test_untouched_each_is_read(lake: Lake) -> None:
    """Nothing is wrong before a change, and all documents are there."""
    known = readers(lake)
    for key, names in lake.documents().items():
        assert (lake.root / key).is_file(), key
        for name in names:
            said = known[name]()
            assert said.code == Exit.DONE, (key, name, said)


@settings(FUZZ, max_examples=30)
@given(changes())
def test_any_change_of_any_document(lake: Lake, change: Change) -> None:
    """Whatever becomes of it."""
    judge(lake, change)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@settings(FUZZ, max_examples=2000)
@given(changes())
def test_any_change_of_any_document_at_length(lake: Lake, change: Change) -> None:
    """The same, two thousand times."""
    judge(lake, change)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(18))
def test_each_document_becomes_each_thing(lake: Lake, number: int) -> None:
    """All of it, to each of what it may not be."""
    for how in WHOLE + SHAPES:
        judge(lake, Change(number, how, False, 0.2))
