"""One request after the other with `requests`: `python sequential.py URL IDS FOLDER [RATE]`.

One Session keeps its connection, and urllib3 tries 429 and 5xx again with backoff
(https://requests.readthedocs.io/en/latest/user/advanced/#example-automatic-retries).
"""

import json
import sys
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry


def main(base_url: str, ids: str, folder: str) -> None:
    """Write one JSON line for each answer."""
    session = requests.Session()
    session.headers["Authorization"] = "Bearer bench"
    again = Retry(total=5, backoff_factor=0.1, status_forcelist=[429, 500, 502, 503, 504])
    session.mount("http://", HTTPAdapter(max_retries=again))
    with (Path(folder) / "answers.jsonl").open("w", encoding="utf-8") as out:

        def get(endpoint: str, imdb_id: str, path: str) -> dict[str, list[dict[str, int]]]:
            answer = session.get(f"{base_url}/{path}", timeout=20)
            answer.raise_for_status()
            found: dict[str, list[dict[str, int]]] = answer.json()
            line = {"imdb_id": imdb_id, "endpoint": endpoint, "response": found}
            out.write(json.dumps(line) + "\n")
            return found

        for imdb_id in Path(ids).read_text(encoding="ascii").split():
            found = get("find", imdb_id, f"find/{imdb_id}?external_source=imdb_id")
            path = f"movie/{found['movie_results'][0]['id']}"
            get("details", imdb_id, path)
            get("credits", imdb_id, f"{path}/credits")
            get("keywords", imdb_id, f"{path}/keywords")


if __name__ == "__main__":
    main(*sys.argv[1:4])
