"""No key out of the lake is opened, copied or deleted unless it is exactly one of its run's.

Manifests name any key, and listings give any: traversals, other runs', dates that do not exist. A
store writes down what it is asked for.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_whole import make_whole
from memory_store import MemoryStore

from harvester.errors import DocumentError
from harvester.lake.documents.plan import Plan
from harvester.pages.report.history import read_overview
from harvester.run.breach import Checked
from harvester.run.expire_run import expire_run
from harvester.run.harvest import new_state
from harvester.run.journal import sweep
from harvester.run.units import count_manifests
from harvester.run.verify import verify
from harvester.settings import load_settings
from harvester.stores import Store
from harvester.zones.trusted.manifests import harvested, read_manifests

FOLDERS = ("Find", "Movies/details", "Series/details")
FOREIGN = b"of somebody else"


class _RecordingStore(MemoryStore):
    """Writes down each key that is opened, written or deleted."""

    folder = None

    def __init__(self, objects: dict[str, bytes]) -> None:
        super().__init__()
        self.objects = dict(objects)
        self.touched: set[str] = set()

    async def get(self, key: str, *, most: int | None = None) -> bytes | None:
        self.touched.add(key)
        return await super().get(key, most=most)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        self.touched.add(key)
        async for chunk in super().stream(key):
            yield chunk

    async def put(self, key: str, data: bytes) -> None:
        self.touched.add(key)
        await super().put(key, data)

    async def create(self, key: str, data: bytes) -> bool:
        self.touched.add(key)
        return await super().create(key, data)

    async def delete(self, key: str) -> None:
        self.touched.add(key)
        await super().delete(key)


class _Whole:
    """A finished run, as objects."""

    def __init__(self, lake: Path) -> None:
        self.plan: Plan = make_whole(lake)
        self.objects = {
            str(path.relative_to(lake)): path.read_bytes()
            for path in lake.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }
        self.manifest = self.plan.folder.manifest(0)
        content = json.loads(self.objects[self.manifest])
        self.keys: list[str] = [file["key"] for file in content["files"]]
        self.own = re.compile(
            rf"Raw/TMDB/JSON/({'|'.join(FOLDERS)})/2026/11/24/{self.plan.run}"
            r"-000000-(0|[1-9][0-9]{0,8})-[0-9a-f]{8}\.json"
        )

    def naming(self, number: int, key: str) -> dict[str, bytes]:
        """Return the objects with a manifest one of whose files has this key."""
        content = json.loads(self.objects[self.manifest])
        content["files"][number]["key"] = key
        return self.objects | {self.manifest: json.dumps(content).encode()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> _Whole:
    """Return a run that each example leaves as it was."""
    return _Whole(tmp_path_factory.mktemp("foreign") / "lake")


PARTS = (
    *("..", ".", "", "%2e%2e", "%2f", "\x00", "\\", "~", "a" * 256, "\xe9" * 128, "\u202e", "\n"),
    *(
        "R\u0430w",
        "\uff2a\uff33\uff2f\uff2e",
        "\uff10",
        "\u0660",
        "Find/",
        "Movies",
        "OMDb",
        "Secret",
    ),
    *("_harvest", "Trusted", "2026/02/30", "2026/11/25", "2026/99/99", "1", "000001", "0000000"),
    *("20261124-00000000", ".jsonl"),
)
"""What is put into a key: the second line begins with letters that only look like ours."""


@st.composite
def changed_keys(draw: st.DrawFn) -> tuple[int, Callable[[str], str]]:
    """Draw which of a manifest's keys is changed, and how: a piece of it replaced, or all of it."""
    number = draw(st.integers(0, 2))
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    put = draw(st.sampled_from(PARTS) | texts)
    how = draw(st.sampled_from(["splice", "segment", "prefix", "suffix", "whole"]))
    at, cut = draw(st.floats(0, 1)), draw(st.integers(0, 12))

    def change(key: str) -> str:
        start = int(at * len(key))
        segments = key.split("/")
        match how:
            case "splice":
                return key[:start] + put + key[start + cut :]
            case "segment":
                segments[min(int(at * len(segments)), len(segments) - 1)] = put
                return "/".join(segments)
            case "prefix":
                return put + key
            case "suffix":
                return key + put
        return put

    return number, change


async def _verify(store: Store, plan: Plan) -> None:
    await verify(store, plan.run, Checked())


async def _report(store: Store, plan: Plan) -> None:
    await read_overview(store, plan.run)


async def _resume(store: Store, plan: Plan) -> None:
    """Do what ends a run that is gone on with: count what stands, delete what it does not name."""
    state = new_state(load_settings({"lake": "lake"}, environ={"TMDB_TOKEN": "a-token"}))
    await count_manifests(store, plan, range(plan.units), state)
    await sweep(store, plan, state.totals.keys)


WORK: dict[str, Callable[[Store, Plan], Awaitable[None]]] = {
    "verify": _verify,
    "report": _report,
    "expire": expire_run,
    "resume": _resume,
}


async def _trusted(store: Store) -> list[str]:
    """Return the keys that Trusted would open: it does so outside of this process, too."""
    found = await harvested(store)
    days = [await read_manifests(store, day) for day in found.days]
    return [
        one.key for day in days for runs in day.files.values() for of in runs.values() for one in of
    ]


def _nothing_foreign_is_touched(whole: _Whole, named: tuple[int, str], stray: str) -> None:
    number, name = named
    if name in whole.objects or stray in whole.objects:
        return  # it is what it was
    is_own = whole.own.fullmatch(name) is not None
    foreign = {key for key in (name, stray) if not whole.own.fullmatch(key)}
    objects = whole.naming(number, name) | dict.fromkeys(foreign, FOREIGN)
    refused: set[str] = set()
    for label, work in WORK.items():
        store = _RecordingStore(objects)
        try:
            asyncio.run(work(store, whole.plan))  # type: ignore[arg-type]
        except DocumentError:
            refused.add(label)
        assert not store.touched & foreign, (label, name, stray)
        assert all(store.objects.get(key) == FOREIGN for key in foreign), (label, name, stray)
        for key in store.touched:
            ours = key.startswith(whole.plan.folder.prefix) or whole.own.fullmatch(key)
            assert ours or label == "verify", (label, key)
    assert refused == (set() if is_own else set(WORK) - {"verify"}), name
    store = _RecordingStore(objects)
    assert not foreign & {*asyncio.run(_trusted(store)), *store.touched}  # type: ignore[arg-type]


FUZZ = settings(deadline=None, suppress_health_check=list(HealthCheck))


def test_untouched_all_keys_are_the_runs(whole: _Whole) -> None:
    """What is changed below is read by each, so that nothing is refused for another reason."""
    for label, work in WORK.items():
        store = _RecordingStore(whole.objects)
        asyncio.run(work(store, whole.plan))  # type: ignore[arg-type]
        assert (label in {"verify", "expire"}) == (set(whole.keys) <= store.touched)
    assert set(asyncio.run(_trusted(_RecordingStore(whole.objects)))) <= set(whole.keys)  # type: ignore[arg-type]


@pytest.mark.parametrize("put", PARTS)
def test_each_odd_part_of_a_key(whole: _Whole, put: str) -> None:
    """In the place of each segment, of its run and of its date, named and listed alike."""
    key = whole.keys[1]
    segments = key.split("/")
    odd = {"/".join([*segments[:at], put, *segments[at + 1 :]]) for at in range(len(segments))}
    odd |= {key.replace("2026/11/24", put), key.replace(whole.plan.run, put), f"{put}{key}"}
    odd |= {f"{key}{put}", put}
    for one in odd:
        if one not in whole.objects and not whole.own.fullmatch(one):
            _nothing_foreign_is_touched(whole, (1, one), one)


@settings(FUZZ, max_examples=50)
@given(changed_keys(), changed_keys())
def test_no_foreign_key_is_touched(
    whole: _Whole, named: tuple[int, Callable[[str], str]], listed: tuple[int, Callable[[str], str]]
) -> None:
    """Whatever a manifest names and a listing gives."""
    (number, change), (other, stray) = named, listed
    found = number, change(whole.keys[number])
    _nothing_foreign_is_touched(whole, found, stray(whole.keys[other]))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(FUZZ, max_examples=2000)
@given(changed_keys(), changed_keys())
def test_no_foreign_key_is_touched_at_length(
    whole: _Whole, named: tuple[int, Callable[[str], str]], listed: tuple[int, Callable[[str], str]]
) -> None:
    """The same, two thousand times."""
    (number, change), (other, stray) = named, listed
    found = number, change(whole.keys[number])
    _nothing_foreign_is_touched(whole, found, stray(whole.keys[other]))
