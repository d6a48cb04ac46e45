"""The harvester's own command in a process that can be looked into.

`python -m benchmarks.driver [--stock] [--unvalidated] [--starts FILE] [--discard] -- ARGUMENTS` is
`python -m harvester ARGUMENTS`, of which it also notes when each request starts.
"""

import argparse
import asyncio
import hashlib
import sys
from array import array
from pathlib import Path

from benchmarks.stock import hide_fast


def main() -> None:
    """Run the command."""
    dashes = sys.argv.index("--")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", action="store_true", help="as if `fast` were not installed")
    parser.add_argument("--unvalidated", action="store_true", help="hash bodies, parse none")
    parser.add_argument("--starts", type=Path, help="write here when requests start: doubles")
    parser.add_argument("--discard", action="store_true", help="count record files, keep none")
    args = parser.parse_args(sys.argv[1:dashes])
    sys.argv[1:] = sys.argv[dashes + 1 :]
    if args.stock:
        hide_fast()
    if args.unvalidated:
        _hash_bodies_only()
    starts = array("d")
    if args.starts is not None:
        _note_starts(starts)
    if args.discard:
        _discard_records()
    from harvester.cli import main as command  # noqa: PLC0415 - once what is hidden is hidden

    try:
        command()
    finally:
        if args.starts is not None:
            args.starts.write_bytes(starts.tobytes())


def _hash_bodies_only() -> None:
    from harvester.origins.tmdb import api  # noqa: PLC0415 - once what is hidden is hidden

    def hashed(body: bytes, etag: str | None, tmdb_id: int | None) -> bytes:  # noqa: ARG001
        hashlib.sha256(body).hexdigest()
        return body

    api.check_body = hashed  # type: ignore[attr-defined] # as below


def _note_starts(starts: "array[float]") -> None:
    from harvester.upstream.pace import Pace  # noqa: PLC0415 - see above

    turn = Pace.turn

    async def noted(pace: Pace) -> None:
        await turn(pace)
        starts.append(asyncio.get_running_loop().time())

    Pace.turn = noted  # type: ignore[method-assign,assignment] # unbeknown


def _discard_records() -> None:
    from harvester.stores.local.store import LocalStore  # noqa: PLC0415 - see above

    put = LocalStore.put

    async def documents_only(store: LocalStore, key: str, data: bytes) -> None:
        if not key.startswith("Raw/TMDB/JSON/"):
            await put(store, key, data)

    LocalStore.put = documents_only  # type: ignore[method-assign,assignment] # as above


if __name__ == "__main__":
    main()
