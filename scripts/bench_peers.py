"""The harvester beside its peers: the same titles from the same simulator, and what each delivered.

The peers live in a venv of their own (`make bench-peers`), each with its best documented settings
(see its program in `benchmarks/peers`). All on loopback, bounded, and ends by itself.
"""

import argparse
import gzip
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.output import say
from benchmarks.processes import Ended, Server, harvest, measured, simulator

from harvester.simulator.identity import identify

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "benchmarks" / "peers"
RATE = 50
ENDPOINTS = ("find", "details", "credits", "keywords")
SEED = 1


@dataclass(frozen=True, slots=True)
class Result:
    """What one client did with the titles: how fast, at what cost, and how many came whole."""

    setting: str
    client: str
    titles_a_second: float
    cpu_a_thousand: float
    peak_mb: float
    use_of_limit: float | None
    throttled: int
    delivered: int
    trouble: str = ""


def main() -> int:
    """Run each client once in both settings; print the table and write `bench-peers.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=str(ROOT / ".venv-peers" / "bin" / "python"))
    told = parser.parse_args()
    say(machine.summary(machine.facts()))
    results = []
    with tempfile.TemporaryDirectory(prefix="harvester-peers-") as name:
        folder = Path(name)
        for setting, titles, options, rate in (
            ("no limit", 1_000, ("--latency", "0"), None),
            (f"{RATE}/s, 50 ms", 250, ("--latency", "50", "--limit", str(RATE)), RATE),
        ):
            ids = folder / f"ids-{titles}.csv"
            ids.write_text("".join(f"{each}\n" for each in _movies(titles)), encoding="ascii")
            for client, run in _clients(told.python, ids, rate).items():
                with simulator(*options) as server:
                    result = _measure(setting, client, run, server, folder, titles, rate)
                say(_line(result))
                results.append(result)
    content = {"machine": machine.facts(), "results": [asdict(each) for each in results]}
    (ROOT / "bench-peers.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return int(any(each.trouble for each in results))


Run = Callable[[Server, Path], Ended]


def _clients(python: str, ids: Path, rate: float | None) -> dict[str, Run]:
    """Return every client as a function of the server and the folder it may write."""
    paced = [] if rate is None else [str(rate)]

    def peer(program: str) -> Run:
        return lambda server, folder: measured(
            [python, str(PEERS / program), server.base_url, str(ids), str(folder), *paced], server
        )

    def ours(*flags: str) -> Run:
        pace = ("--rate", str(rate or 100_000), "--max-rate", str(rate or 100_000))
        return lambda server, folder: harvest(server, ids, folder / "lake", *pace, *flags)

    return {
        "harvester": ours(),
        "harvester, append": ours("--requests", "append"),
        "requests, one by one": peer("sequential.py"),
        "Scrapy": peer("scrapy_spider.py"),
        "dlt": peer("dlt_rest.py"),
    }


def _measure(
    setting: str,
    client: str,
    run: Run,
    server: Server,
    root: Path,
    titles: int,
    rate: float | None,
) -> Result:
    folder = Path(tempfile.mkdtemp(dir=root))
    try:
        ended = run(server, folder)
    except RuntimeError as error:
        return Result(setting, client, 0, 0, 0, None, 0, _delivered(folder), str(error))
    stats = server.stats()
    throttled = stats["by_status"].get("429", 0)
    good = stats["requests"] - throttled
    return Result(
        setting,
        client,
        titles / ended.seconds,
        1_000 * ended.cpu / titles,
        ended.peak_mb,
        None if rate is None else 100 * good / ended.seconds / rate,
        throttled,
        _delivered(folder),
    )


def _delivered(folder: Path) -> int:
    """Count the titles of which every endpoint's answer stands in what a client wrote."""
    seen: defaultdict[str, set[Any]] = defaultdict(set)
    for path in folder.rglob("*.json*"):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "_")) for part in parts):
            continue
        for row in _rows(path):
            if "endpoint" in row:
                seen[row["endpoint"]].add(row["imdb_id"])
            elif parts[-2] in ENDPOINTS:  # dlt: a table each, by TMDB's id
                seen[parts[-2]].add(row["id"])
    return min(len(seen[endpoint]) for endpoint in ENDPOINTS)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    if ".jsonl" in path.name:
        yield from (json.loads(line) for line in text.splitlines() if line)
    else:
        yield from json.loads(text)


def _movies(count: int) -> Iterator[str]:
    """Yield ids that the simulator knows as movies: no peer here asks for series."""
    number = 0
    while count:
        number += 1
        identity = identify(SEED, number)
        if identity.is_a("movie") and not identity.is_a("tv"):
            count -= 1
            yield f"tt{number:07d}"


def _line(result: Result) -> str:
    use = "" if result.use_of_limit is None else f"{result.use_of_limit:.0f} % of the limit, "
    return (
        f"{result.setting:12} {result.client:22} {result.titles_a_second:6.1f} titles/s, "
        f"{result.cpu_a_thousand:6.2f} CPU s a 1,000, {result.peak_mb:5.0f} MB, {use}"
        f"{result.throttled} 429s, {result.delivered} delivered {result.trouble}"
    )


if __name__ == "__main__":
    sys.exit(main())
