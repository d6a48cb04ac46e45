"""A lying TMDB: whatever a body holds, and whatever its ETag says, files hold what they should.

Real client, real splice, real record files, in virtual time; a store in memory.
"""

import hashlib
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limited_tmdb import LimitedTmdb, client_of
from virtual_time import now, run_in_virtual_time
from yarl import URL

from harvester.lake.documents.plan import Plan
from harvester.lake.record_files import raw_records, read_records
from harvester.model import Asked, Format, RequestMode
from harvester.origins.shortcuts import Shortcuts
from harvester.origins.tmdb.connection import TmdbConnection
from harvester.origins.tmdb.exports.download import EXPORTS_URL
from harvester.run import journal
from harvester.run import plan as planning
from harvester.run.state import RunState, unobserved
from harvester.run.stop import Stop
from harvester.run.units import harvest_units
from harvester.run.verify import Checked, verify_run
from harvester.stores import Entry

RUN = "20260101-00000000"
AT = "2026-01-01T00:00:00Z"
ENDPOINTS = ("find", "details", "credits")


class _MemoryLake:
    """A store of what a run writes and `verify` reads."""

    uri = "memory"

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def get(self, key: str, *, most: int | None = None) -> bytes | None:  # noqa: ARG002
        return self.objects.get(key)

    async def put(self, key: str, data: bytes) -> None:
        self.objects[key] = data

    async def create(self, key: str, data: bytes) -> bool:
        return self.objects.setdefault(key, data) == data

    async def list(self, prefix: str) -> AsyncIterator[Entry]:
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield Entry(key, len(self.objects[key]))


class _LyingTmdb(LimitedTmdb):
    """Answers with the bodies of a table; of some it has the ETag that proves them."""

    __slots__ = ("lies", "proven")

    lies: dict[str, bytes]
    proven: bool

    @asynccontextmanager
    async def get(self, url: URL | str, **options: Any) -> AsyncIterator[SimpleNamespace]:
        async with super().get(url, **options) as response:
            if not self.proven:
                response.headers = {}
            yield response


def _injection(number: int) -> bytes:
    record = (
        b'{"id":"tt0000009","imdb_id":"tt0000009","tmdb_id":9,"endpoint":"details","response":{}}'
    )
    return b'{"id":%d}},\n%b,{"a":{}' % (number, record)


OBJECTS = st.dictionaries(
    st.text(max_size=4),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
        max_leaves=6,
    ),
    max_size=4,
)
PIECES = [b"[", b"]", b"{", b"}", b'"', b"\\", b",", b":", b"}}", b"},\n{", b"\n", b"\r\n", b"\x00"]
PIECES += [
    b"NaN",
    b"\xff",
    b"\xed\xa0\xbd",
    b"\xc3",
    b"\\ud83d",
    b'"\\ud83d"',
    b"1e999",
    b"\xef\xbb\xbf",
]
PIECES += [b"9" * 5_000, b"[" * 5_000, b'{"a":' * 120, b"[" * 101 + b"]" * 101, b'"x":[{"y":1}],']


@st.composite
def bodies(draw: st.DrawFn, number: int) -> bytes:
    """Draw a body of a title: as it should be, odd, or mutated anywhere."""
    members = {"id": number, **draw(OBJECTS), "id ": 1}
    if draw(st.booleans()):
        members["credits"] = {"cast": [draw(OBJECTS)], "crew": []}
    data = json.dumps(
        members, ensure_ascii=draw(st.booleans()), indent=draw(st.none() | st.just(1))
    )
    body = data.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 9)) == 0:
        body = _injection(number)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(body)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=2))
        body = body[:at] + piece + body[at + draw(st.integers(0, 2)) :]
    return body[: draw(st.integers(0, len(body)))] if draw(st.integers(0, 9)) == 0 else body


def _found(number: int) -> bytes:
    found: dict[str, Any] = {f"{kind}_results": [] for kind in ("tv", "person")}
    return json.dumps(found | {"movie_results": [{"id": number}]}).encode()


def check(lies: dict[str, bytes], layout: Format, mode: RequestMode, *, proven: bool) -> None:
    """Harvest two titles and assert that the lake holds exactly their records."""

    def body(url: str) -> bytes:
        path = url.partition("/3/")[2]
        if path == "authentication":
            return b"{}"
        if path.startswith("find/"):
            return lies.get(path) or _found(int(path[-1]))
        number = int(path.split("/")[1].removeprefix("tt"))
        if path.startswith("movie/tt"):  # a movie asked for by its IMDb id, with the rest appended
            named = b'{"id":%d,"imdb_id":"tt%07d","cast":[]}' % (number, number)
            return lies.get(f"movie/{number}") or named
        return lies.get(path) or b'{"id":%d,"cast":[]}' % number

    tmdb = _LyingTmdb(10_000, 1, latency=lambda _: 0.05, body=body)
    tmdb.proven = proven
    lake: Any = _MemoryLake()
    titles = planning.lay_out([planning.Group("movie", [1, 2])], None)
    asked = Asked(ENDPOINTS, None, (), None, layout, "h")
    plan = Plan(RUN, "0" * 8, date(2026, 1, 1), AT, (), asked, False, 2, titles.sha256)
    breaches: list[Any] = []

    async def main() -> None:
        await journal.save_plan(lake, plan, titles)
        connection = TmdbConnection(client_of(tmdb, 1_000), EXPORTS_URL)
        state = RunState("memory", now(), connection=connection)
        state.shortcuts = Shortcuts(requests=mode)
        units = range(plan.units)
        await harvest_units(lake, plan, titles, units, state, stop=Stop(), observe=unobserved)
        breaches.extend([breach async for breach in verify_run(lake, RUN, Checked())])

    run_in_virtual_time(main())
    assert breaches == []
    (manifest,) = (json.loads(data) for key, data in lake.objects.items() if "/units/" in key)
    held = []
    for key, data in lake.objects.items():
        if "/JSON/" not in key:
            continue
        records = read_records(data, layout)
        # Python reads no number of more than 4,300 digits, unless it is to stay text.
        assert [json.loads(bytes(raw), parse_int=str) for raw in raw_records(data, layout)] == (
            json.loads(
                data if layout == "array" else b"[" + b",".join(data.splitlines()) + b"]",
                parse_int=str,
            )
        )
        held += [(record["id"], record["endpoint"]) for record in records]
    outcomes = manifest["outcomes"]
    assert outcomes.keys() == {"tt0000001", "tt0000002"}
    assert sorted(held) == sorted(
        (title_id, endpoint)
        for title_id, outcome in outcomes.items()
        for endpoint in ENDPOINTS
        if outcome["outcome"] == "harvested"
    )


LIES = st.fixed_dictionaries(
    {},
    optional={
        "movie/1": bodies(1),
        "movie/2": bodies(2),
        "movie/1/credits": bodies(1),
    },
)
RUNS = {
    "lies": LIES,
    "layout": st.sampled_from(["array", "lines"]),
    "mode": st.sampled_from(["fanout", "append"]),
    "proven": st.booleans(),
}


@settings(max_examples=10, deadline=None)
@given(**RUNS)
def test_no_body_leaves_its_envelope(
    lies: dict[str, bytes], layout: Format, mode: RequestMode, *, proven: bool
) -> None:
    """Every file parses, holds one record for each harvested title and endpoint, and verifies."""
    check(lies, layout, mode, proven=proven)


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@settings(max_examples=2_000, deadline=None)
@given(**RUNS)
def test_no_body_leaves_its_envelope_in_two_thousand_runs(
    lies: dict[str, bytes], layout: Format, mode: RequestMode, *, proven: bool
) -> None:
    """The same, for longer."""
    check(lies, layout, mode, proven=proven)


@pytest.mark.parametrize("layout", ["array", "lines"])
@pytest.mark.parametrize(
    "lie",
    [
        _injection(1),
        b'{"id":1}},{"a":{"b":1}',
        b'{"id":1,"x":"}',
        b'{"id":1,"x":%b1%b}' % (b"[" * 100, b"]" * 100),
        b'{"id":1,"x":"\xff"}',
        b'{"id":1,"x":NaN}',
        b'{"id":1,"x":"\n"}',
    ],
)
def test_what_a_hash_proved_was_spliced_as_it_came(lie: bytes, layout: Format) -> None:
    """Each of these has TMDB's ETag, begins and ends as an object does, and is none."""
    assert hashlib.sha256(lie).hexdigest()
    check({"movie/1": lie}, layout, "fanout", proven=True)


def test_depth_bombs_of_any_size() -> None:
    """Where readers give up, and far beyond."""
    for depth in (101, 990, 1_030, 20_000, random.Random(1).randrange(200_000)):
        lie = b'{"id":1,"x":%b1%b}' % (b"[" * depth, b"]" * depth)
        check({"movie/1": lie}, "array", "fanout", proven=True)
