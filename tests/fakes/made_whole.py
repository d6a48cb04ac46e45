"""A small finished run with every kind of outcome, harvested from no server, and its commands."""

import asyncio
import contextlib
import hashlib
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from harvester.cli.app import _ended
from harvester.lake.documents.plan import Plan
from harvester.model import Asked, InputFacts, MediaType, Outcome, Reject, Title, TitleResult
from harvester.origins.tmdb.records import record
from harvester.run import journal
from harvester.run.plan import Group, digest, lay_out
from harvester.run.retries import merge
from harvester.run.status import merged_report
from harvester.run.unit import harvest_unit
from harvester.stores import open_store
from harvester.upstream.room import Room
from harvester.upstream.tally import Tally

HOST = "127.0.0.1:9"
AT = "2026-11-24T07:00:05Z"
NUMBERS = (1, 2, 3, 4)
ENDPOINTS = ("find", "details")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended in this process."""

    code: int
    out: str
    err: str


def command(*args: str) -> Said:
    """Run a command line in this process, to the exit code that `main` would end with."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    argv, sys.argv = sys.argv, ["harvester", *args]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = _ended()
    finally:
        sys.argv = argv
    return Said(code, _text(out), _text(err))


def make_whole(lake: Path, *, host: str = HOST) -> Plan:
    """Write a finished run of four titles: a movie, a series, one unmatched and one failed.

    Nobody answers at `host`, by which its id differs from that of another. Its titles are in
    `titles.txt` beside the lake.
    """
    listed = "".join(f"tt{n:07d}\n" for n in NUMBERS).encode()
    (lake.parent / "titles.txt").write_bytes(listed)
    laid = lay_out([Group("movie", list(NUMBERS))], None)
    asked = Asked(ENDPOINTS, None, (), None, "array", host)
    hashed_list = hashlib.sha256(listed).hexdigest()
    facts = InputFacts(
        "titles.txt", "movie", len(listed), hashed_list, 5, 4, 1, (Reject(2, "x", "no id"),)
    )
    hashed = digest([facts], asked)
    plan = Plan(
        run=f"20261124-{hashed}",
        digest=hashed,
        date=date(2026, 11, 24),
        created_at="2026-11-24T07:00:00Z",
        inputs=(facts,),
        asked=asked,
        synthetic=False,
        titles=len(laid),
        titles_sha256=laid.sha256,
    )

    async def make() -> None:
        async with open_store(str(lake)) as store:
            await journal.save_plan(store, plan, laid)
            tally = Tally()
            tally.send(1_795_500_000, retry=False)
            await harvest_unit(
                store,
                plan,
                0,
                laid.unit(0),
                _fetch,
                tally=tally,
                room=Room(),
                settle=lambda _outcome: None,
            )
            await journal.save_outcomes(store, plan)
            report = merged_report(store, plan, await merge(store, plan), finished=True)
            await journal.save_summary(store, plan, report)

    asyncio.run(make())
    return plan


async def _fetch(title: Title, _tally: Tally) -> TitleResult:
    number = int(title.id[2:])
    if number == 4:
        return TitleResult(title, Outcome("failed", "movie", 4, "details: http_500", AT), ())
    media_type: MediaType | None = {1: "movie", 2: "tv"}.get(number)  # type: ignore[assignment]
    found = [
        record(
            title,
            imdb_id=title.id,
            tmdb_id=None if media_type is None else number,
            media_type=media_type,
            endpoint=name,
            language=None,
            fetched_at=AT,
            body=b'{"id":%d}' % number,
            version=2,
        )
        for name in (ENDPOINTS if media_type else ENDPOINTS[:1])
    ]
    outcome = (
        Outcome("unmatched", reason="not_found", fetched_at=AT)
        if media_type is None
        else Outcome("harvested", media_type, number, fetched_at=AT)
    )
    return TitleResult(title, outcome, tuple(found))


@contextlib.contextmanager
def instead(path: Path, data: bytes | None) -> Iterator[None]:
    """Put other bytes, or nothing, in a file's place while the context is open."""
    before = path.read_bytes()
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)


def sentences(said: Said) -> Sequence[str]:
    """Return the lines on stderr by which a command says why it ended."""
    return [line for line in said.err.splitlines() if line.startswith("harvester: ")]


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    data: bytes = stream.buffer.getvalue()  # type: ignore[attr-defined]
    return data.decode()
