"""Scrapy with feed batches of 100: `python scrapy_spider.py URL IDS FOLDER [RATE]`.

As many requests at once as TMDB takes connections; with a rate, a fixed delay between requests
(https://docs.scrapy.org/en/latest/topics/settings.html#download-delay). 429 and 5xx are among
Scrapy's own retries.
"""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

BASE_URL, IDS, FOLDER, *RATE = sys.argv[1:]
TITLES = Path(IDS).read_text(encoding="ascii").split()


class Titles(scrapy.Spider):  # type: ignore[misc]
    """Find, then the three endpoints of each movie."""

    name = "titles"

    def _ask(self, endpoint: str, imdb_id: str, path: str) -> Any:
        return scrapy.Request(
            f"{BASE_URL}/{path}",
            headers={"Authorization": "Bearer bench"},
            callback=self.parse,
            cb_kwargs={"endpoint": endpoint, "imdb_id": imdb_id},
            dont_filter=True,
        )

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every title."""
        for imdb_id in TITLES:
            yield self._ask("find", imdb_id, f"find/{imdb_id}?external_source=imdb_id")

    def parse(self, response: Any, endpoint: str, imdb_id: str) -> Iterator[Any]:
        """Keep an answer; of a find, ask for the rest."""
        found = response.json()
        yield {"imdb_id": imdb_id, "endpoint": endpoint, "response": found}
        if endpoint == "find":
            path = f"movie/{found['movie_results'][0]['id']}"
            yield self._ask("details", imdb_id, path)
            yield self._ask("credits", imdb_id, f"{path}/credits")
            yield self._ask("keywords", imdb_id, f"{path}/keywords")


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 20,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 20,
            "DOWNLOAD_DELAY": 1 / float(RATE[0]) if RATE else 0,
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "RETRY_TIMES": 10,
            "COOKIES_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
            "FEEDS": {f"{FOLDER}/%(batch_id)05d.jsonl": {"format": "jsonl"}},
            "FEED_EXPORT_BATCH_ITEM_COUNT": 100,
        }
    )
    process.crawl(Titles)
    process.start()
