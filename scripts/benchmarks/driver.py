"""The harvester's own command in a process that can be looked into.

`python -m benchmarks.driver [--stock] [--validating FILE] [--starts FILE] [--discard] -- ARGUMENTS`
is `python -m harvester ARGUMENTS`, of which it also notes when each request starts, or what the
validation of bodies takes.
"""

import argparse
import asyncio
import sys
import time
from array import array
from pathlib import Path
from typing import Any

from benchmarks.stock import hide_fast


def main() -> None:
    """Run the command."""
    dashes = sys.argv.index("--")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", action="store_true", help="as if `fast` were not installed")
    parser.add_argument("--validating", type=Path, help="write here what validation took: seconds")
    parser.add_argument("--starts", type=Path, help="write here when requests start: doubles")
    parser.add_argument("--discard", action="store_true", help="count record files, keep none")
    args = parser.parse_args(sys.argv[1:dashes])
    sys.argv[1:] = sys.argv[dashes + 1 :]
    if args.stock:
        hide_fast()
    validating = array("d")
    if args.validating is not None:
        _time_validation(validating)
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
        if args.validating is not None:
            args.validating.write_text(str(sum(validating)), encoding="ascii")


def _time_validation(validating: "array[float]") -> None:
    from harvester.upstream import valid_json  # noqa: PLC0415 - once what is hidden is hidden

    decode = valid_json.decode

    def timed(data: bytes, decoder: Any, *, lone_surrogates: bool) -> Any:
        began = time.thread_time()
        try:
            return decode(data, decoder, lone_surrogates=lone_surrogates)
        finally:
            validating.append(time.thread_time() - began)

    valid_json.decode = timed


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
