"""dlt's rest_api into its filesystem: `python dlt_rest.py URL IDS FOLDER [RATE]`.

Resources that resolve their path from a parent's rows, fetched in parallel
(https://dlthub.com/docs/dlt-ecosystem/verified-sources/rest_api/basic#define-resource-relationships),
nested objects kept as they are, and dlt's default of 5 workers (more need more connections than
TMDB takes). dlt has no rate of requests; with one given, so many workers as
keep below it at 50 ms an answer (https://dlthub.com/docs/reference/performance).
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE_URL, IDS, FOLDER, *RATE = sys.argv[1:]
os.environ |= {
    "EXTRACT__WORKERS": "2" if RATE else "5",
    "EXTRACT__MAX_PARALLEL_ITEMS": "2" if RATE else "5",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
    "DLT_DATA_DIR": f"{FOLDER}/.dlt",
}

import dlt  # noqa: E402 - reads its settings when it is imported
from dlt.destinations import filesystem  # noqa: E402
from dlt.sources.rest_api import rest_api_source  # noqa: E402


@dlt.resource(name="ids")  # type: ignore[untyped-decorator]
def imdb_ids() -> Iterator[list[dict[str, str]]]:
    """Yield the titles asked for."""
    yield [{"imdb_id": each} for each in Path(IDS).read_text(encoding="ascii").split()]


def _below(name: str, path: str) -> dict[str, Any]:
    return {
        "name": name,
        "endpoint": {
            "path": f"movie/{{resources.find.id}}{path}",
            "data_selector": "$",  # the whole answer, not the longest list in it
            "paginator": "single_page",
        },
        "parallelized": True,
    }


def main() -> None:
    """Fetch, and load as JSON Lines."""
    source = rest_api_source(
        {
            "client": {
                "base_url": f"{BASE_URL}/",
                "auth": {"type": "bearer", "token": "bench"},
            },
            "resources": [
                imdb_ids(),
                {
                    "name": "find",
                    "endpoint": {
                        "path": "find/{resources.ids.imdb_id}",
                        "params": {"external_source": "imdb_id"},
                        "data_selector": "movie_results",
                        "paginator": "single_page",
                    },
                    "include_from_parent": ["imdb_id"],
                    "parallelized": True,
                },
                _below("details", ""),
                _below("credits", "/credits"),
                _below("keywords", "/keywords"),
            ],
        },
        max_table_nesting=0,
    )
    pipeline = dlt.pipeline(
        "titles", destination=filesystem(bucket_url=f"file://{FOLDER}"), dataset_name="raw"
    )
    pipeline.run(source, loader_file_format="jsonl")


if __name__ == "__main__":
    main()
