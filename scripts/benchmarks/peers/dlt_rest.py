"""dlt's `rest_api` source into its `filesystem` destination, as JSON lines.

Each dependent resource is `parallelized` in the pool of extract workers:
https://dlthub.com/docs/dlt-ecosystem/verified-sources/rest_api/advanced and, for the workers and
the pages of ids, https://dlthub.com/docs/reference/performance. Bodies stay whole
(`max_table_nesting=0`), as ours do. dlt has no setting for a rate, so the number of workers is all
that can keep it below a limit; its client waits and tries again after a 429.
"""

import os
from collections.abc import Iterator
from typing import Any

from benchmarks.peers.asked import BELOW, HEADERS, Asked, asked

IDS_A_PAGE = 100


def main() -> None:
    """Fetch the titles of a list of ids."""
    job = asked()
    os.environ |= {
        "DLT_DATA_DIR": str(job.folder / "dlt"),
        "EXTRACT__WORKERS": str(job.workers),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",
    }
    import dlt  # noqa: PLC0415 - it reads the environment when it is imported

    pipeline = dlt.pipeline(
        "titles",
        destination=dlt.destinations.filesystem(bucket_url=f"file://{job.folder.resolve()}"),
        dataset_name="tmdb",
    )
    pipeline.run(_source(job), loader_file_format="jsonl")


def _source(job: Asked) -> Any:
    import dlt  # noqa: PLC0415 - see above
    from dlt.sources.rest_api import rest_api_source  # noqa: PLC0415

    def titles() -> Iterator[list[dict[str, str]]]:
        for start in range(0, len(job.ids), IDS_A_PAGE):
            yield [{"imdb_id": each} for each in job.ids[start : start + IDS_A_PAGE]]

    find = {
        "name": "find",
        "endpoint": {
            "path": "find/{resources.titles.imdb_id}",
            "params": {"external_source": "imdb_id"},
            "data_selector": "$",
        },
        "include_from_parent": ["imdb_id"],
        "processing_steps": [{"map": _name}, {"filter": lambda found: found["tmdb_id"]}],
        "parallelized": True,
    }
    below = [
        {
            "name": name,
            "endpoint": {"path": f"movie/{{resources.find.tmdb_id}}{end}", "data_selector": "$"},
            "include_from_parent": ["imdb_id"],
            "parallelized": True,
        }
        for name, end in BELOW.items()
    ]
    ids = dlt.resource(titles, name="titles", selected=False)
    config = {
        "client": {"base_url": job.base_url, "headers": HEADERS, "paginator": "single_page"},
        "resources": [ids, find, *below],
    }
    return rest_api_source(config, max_table_nesting=0)


def _name(found: dict[str, Any]) -> dict[str, Any]:
    """Add the ids that the resources below need."""
    movies = found["movie_results"]
    return {**found, "imdb_id": found["_titles_imdb_id"], "tmdb_id": movies and movies[0]["id"]}


if __name__ == "__main__":
    main()
