"""Record files as an engine is to read them: only those that are what their manifest says.

Each is read once for all: its size and hash, the texts that no engine reads (`odd_texts`), and what
it holds (`strict`). An
engine then reads it again by its path; who swaps a file between the two is not found out.
"""

import asyncio
import hashlib
import logging
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from harvester.errors import DocumentError
from harvester.lake.documents.manifest import FileReceipt
from harvester.stores import Store
from harvester.zones.trusted.odd_texts import engine_text
from harvester.zones.trusted.strict import Held, StrictReader
from harvester.zones.workspace import Workspace

_LOG = logging.getLogger(__name__)
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Proven:
    """A record file: where the engine can read it, and what it holds, where that is known."""

    path: str
    held: Held | None


async def proven_files(
    work: Workspace,
    run: str,
    receipts: Sequence[FileReceipt],
    reader: StrictReader,
    wanted: Container[str],
) -> list[Proven]:
    """Return a run's files, with the envelopes of wanted titles; one that is another's is left out.

    A warning names it, and so does the check of how many records there are. The keys are those of
    `run.receipts`. Raises what the store raises.
    """
    slots = asyncio.Semaphore(_AT_ONCE)
    copies = work.scratch / "copy" / "proven" / run

    async def prove(number: int, receipt: FileReceipt) -> Proven | None:
        async with slots:
            data = await _read(work.store, receipt)
            seen = None
            if data is not None:
                seen = await asyncio.to_thread(_seen, receipt, data, reader, wanted)
            if seen is None:
                _LOG.warning(
                    "%s is not what its manifest says, or no UTF-8, and is left out: "
                    "`harvester verify %s` lists what is damaged.",
                    receipt.key,
                    run,
                )
                return None
            text, held = seen
            if work.shared is not None:  # Spark reads what lies in S3 as it stands
                return Proven(f"{work.store.uri}/{receipt.key}", held)
            if work.root is not None and text is data:
                return Proven(str(work.root / receipt.key), held)
            copy = copies / f"{number}-{receipt.key.rpartition('/')[2]}"
            await asyncio.to_thread(_write, copy, text)
            return Proven(str(copy), held)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(prove(number, one)) for number, one in enumerate(receipts)]
    except ExceptionGroup as errors:  # a user can act on one sentence
        raise errors.exceptions[0] from None
    return [found for task in tasks if (found := task.result()) is not None]


async def _read(store: Store, receipt: FileReceipt) -> bytes | None:
    """Return as many bytes as a receipt says; None where there are not."""
    try:
        data = await store.get(receipt.key, most=receipt.bytes)
    except DocumentError:  # a link, a pipe, more bytes than there may be
        return None
    return None if data is None or len(data) != receipt.bytes else data


def _seen(
    receipt: FileReceipt, data: bytes, reader: StrictReader, wanted: Container[str]
) -> tuple[bytes, Held | None] | None:
    """Return what an engine is to read and what it holds; None where it is another's, or no text.

    0.1.0 stored bodies that are no UTF-8 where their ETag matched; no engine reads the file then.
    """
    if hashlib.sha256(data).hexdigest() != receipt.sha256:
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    text = engine_text(data)
    return text, reader.read(receipt.key, text, wanted)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
