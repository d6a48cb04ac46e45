"""`requests`, one request after the other over one Session.

The Session keeps its connection alive, and its adapter retries 429 when the server's `Retry-After`
says so: https://requests.readthedocs.io/en/latest/user/advanced/ (Session Objects, and Automatic
Retries under Transport Adapters). One file of JSON lines for every 100 titles.
"""

import json
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from benchmarks.peers.asked import BELOW, HEADERS, asked

TITLES_A_FILE = 100
RETRIES = Retry(total=5, backoff_factor=0.1, status_forcelist=(429, 500, 502, 503, 504))
SECONDS = 30


def main() -> None:
    """Fetch the titles of a list of ids."""
    job = asked()
    with requests.Session() as session:
        session.headers.update(HEADERS)
        session.mount("http://", HTTPAdapter(max_retries=RETRIES))
        for start in range(0, len(job.ids), TITLES_A_FILE):
            path = job.folder / f"{start:07d}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                for imdb_id in job.ids[start : start + TITLES_A_FILE]:
                    for item in _title(session, job.base_url, imdb_id):
                        file.write(json.dumps(item) + "\n")


def _title(session: requests.Session, base_url: str, imdb_id: str) -> Iterator[dict[str, Any]]:
    found = _get(session, f"{base_url}/find/{imdb_id}?external_source=imdb_id")
    yield {"imdb_id": imdb_id, "endpoint": "find", "response": found}
    for movie in found["movie_results"][:1]:
        for name, end in BELOW.items():
            body = _get(session, f"{base_url}/movie/{movie['id']}{end}")
            yield {"imdb_id": imdb_id, "endpoint": name, "response": body}


def _get(session: requests.Session, url: str) -> Any:
    response = session.get(url, timeout=SECONDS)
    response.raise_for_status()
    return response.json()


if __name__ == "__main__":
    main()
