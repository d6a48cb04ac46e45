"""What a run really left behind: the titles all of whose endpoints can be read in its files.

`python -m benchmarks.delivered LAYOUT IDS FOLDER` prints how many. A process of its own, as it
reads all there is, and a client's peak RSS cannot be told below that of the process that starts it.
"""

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARKS = {"find": "movie_results", "details": "title", "credits": "cast", "keywords": "keywords"}
"""The endpoints, and what no body of theirs lacks when it is whole."""

Found = Iterator[tuple[str, str, dict[str, Any]]]
"""IMDb id, endpoint and body."""


def delivered(ids: Path, found: Found) -> int:
    """Count the titles of the list whose four bodies are there.

    Raises ValueError where a file is not JSON.
    """
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for imdb_id, endpoint, body in found:
        if body.get(MARKS[endpoint]) is not None:
            seen[imdb_id].add(endpoint)
    return sum(len(seen[each]) == len(MARKS) for each in ids.read_text(encoding="ascii").split())


def lake(folder: Path) -> Found:
    """Read the harvester's record files."""
    for path in folder.glob("Raw/TMDB/JSON/**/*.json"):
        for record in json.loads(path.read_bytes()):
            yield record["imdb_id"], record["endpoint"], record["response"]


def lines(folder: Path) -> Found:
    """Read the lines that the programs of `requests` and Scrapy write."""
    for path in folder.glob("*.jsonl"):
        for line in path.read_bytes().splitlines():
            item = json.loads(line)
            yield item["imdb_id"], item["endpoint"], item["response"]


def dataset(folder: Path) -> Found:
    """Read dlt's tables, one of each endpoint."""
    for endpoint in MARKS:
        for path in folder.glob(f"tmdb/{endpoint}/*.jsonl.gz"):
            for line in gzip.decompress(path.read_bytes()).splitlines():
                row = json.loads(line)
                yield row["imdb_id" if endpoint == "find" else "_find_imdb_id"], endpoint, row


LAYOUTS = {"lake": lake, "lines": lines, "dataset": dataset}


def main() -> None:
    """Print the count."""
    layout, ids, folder = sys.argv[1:]
    sys.stdout.write(str(delivered(Path(ids), LAYOUTS[layout](Path(folder)))))


if __name__ == "__main__":
    main()
