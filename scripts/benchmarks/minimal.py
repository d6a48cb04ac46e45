"""The yardstick: the least that an aiohttp pipeline must do for the same files.

`python -m benchmarks.minimal [--stock] [--append] URL IDS FOLDER`: as many connections as ours, the
same requests, the SHA-256 of each body (against its ETag) and of each file, bodies spliced into
files of 100 records with one join. No pace, no retries, no plan, no manifests, no durability; an
appended body is one record, where ours splits it. It uses uvloop and isal when they are there.
"""

import argparse
import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import orjson

from benchmarks.stock import hide_fast

CONNECTIONS = 20
RECORDS_A_FILE = 100
BELOW = ("credits", "keywords")


class Pipeline:
    """Fetches titles and writes files."""

    def __init__(self, base_url: str, folder: Path, *, append: bool) -> None:
        self._base_url = base_url
        self._folder = folder
        self._append = append
        self._pieces: defaultdict[str, list[bytes]] = defaultdict(list)
        self._files = 0
        folder.mkdir(parents=True)

    async def run(self, ids: list[str]) -> None:
        """Fetch every title, `CONNECTIONS` of them at once."""
        import aiohttp  # noqa: PLC0415 - once what is hidden is hidden

        todo = iter(ids)
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            headers={"Accept-Encoding": "gzip", "Authorization": "Bearer bench"},
        ) as self._session:
            await asyncio.gather(*(self._work(todo) for _ in range(CONNECTIONS)))
        for name in self._pieces:
            self._close(name)

    async def _work(self, todo: Iterator[str]) -> None:
        for imdb_id in todo:
            found = await self._get(f"find/{imdb_id}?external_source=imdb_id")
            number = orjson.loads(found)["movie_results"][0]["id"]
            self._keep(imdb_id, number, "find", found)
            if self._append:
                ends = {"details": f"?append_to_response={','.join(BELOW)}"}
            else:
                ends = {"details": "", **{name: f"/{name}" for name in BELOW}}
            asked = (self._get(f"movie/{number}{end}") for end in ends.values())
            for name, body in zip(ends, await asyncio.gather(*asked), strict=True):
                self._keep(imdb_id, number, name, body)

    async def _get(self, path: str) -> bytes:
        async with self._session.get(f"{self._base_url}/{path}") as response:
            body = await response.read()
            if hashlib.sha256(body).hexdigest()[:32] != response.headers["ETag"][3:-1]:
                raise ValueError(f"{path}: a damaged body")
            return body

    def _keep(self, imdb_id: str, number: int, name: str, body: bytes) -> None:
        pieces = self._pieces[name]
        head = (
            f'{{"imdb_id":"{imdb_id}","tmdb_id":{number},"media_type":"movie","endpoint":"{name}",'
            '"language":null,"fetched_at":"2026-11-24T07:00:00Z","response":'
        )
        pieces += (b",\n" if pieces else b"[", head.encode(), body, b"}")
        if len(pieces) == 4 * RECORDS_A_FILE:
            self._close(name)

    def _close(self, name: str) -> None:
        pieces = self._pieces[name]
        if not pieces:
            return
        data = b"".join((*pieces, b"]"))
        pieces.clear()
        self._files += 1
        stamp = hashlib.sha256(data).hexdigest()[:8]
        (self._folder / f"{name}-{self._files:06d}-{stamp}.json").write_bytes(data)


def main() -> None:
    """Fetch the titles of a list of ids."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", action="store_true", help="as if `fast` were not installed")
    parser.add_argument("--append", action="store_true", help="two requests a title, not four")
    parser.add_argument("base_url")
    parser.add_argument("ids", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    if args.stock:
        hide_fast()
    loop_factory = None
    try:
        import aiohttp  # noqa: PLC0415 - see above
        from isal import isal_zlib  # noqa: PLC0415
        from uvloop import new_event_loop  # noqa: PLC0415
    except ImportError:
        pass
    else:
        aiohttp.set_zlib_backend(isal_zlib)
        loop_factory = new_event_loop
    pipeline = Pipeline(args.base_url, args.folder, append=args.append)
    ids = args.ids.read_text(encoding="ascii").split()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(pipeline.run(ids))


if __name__ == "__main__":
    main()
