"""Scrapy with a feed of JSON lines, a file for every 100 titles' items.

Settings, all of https://docs.scrapy.org/en/latest/topics/settings.html: without a rate 16 requests
at once to the one host (its default for a host is 8); with one, `DOWNLOAD_DELAY` of 1/rate and no
jitter, which Scrapy has for pacing. Cookies off and few log lines, as
https://docs.scrapy.org/en/latest/topics/broad-crawls.html advises; ten retries rather than two.
Batches: https://docs.scrapy.org/en/latest/topics/feed-exports.html.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

from benchmarks.peers.asked import BELOW, HEADERS, Asked, asked

AT_ONCE = 16
ITEMS_A_FILE = 400


class Titles(scrapy.Spider):  # type: ignore[misc] # Scrapy need not be where this is checked
    """Asks for each id, then for what stands below the movie found."""

    name = "titles"
    job: Asked

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every id."""
        for imdb_id in self.job.ids:
            yield scrapy.Request(
                f"{self.job.base_url}/find/{imdb_id}?external_source=imdb_id",
                cb_kwargs={"imdb_id": imdb_id, "endpoint": "find"},
            )

    def parse(self, response: Any, imdb_id: str, endpoint: str) -> Iterator[Any]:
        """Keep what came; ask for the rest of a title that was found."""
        body = response.json()
        yield {"imdb_id": imdb_id, "endpoint": endpoint, "response": body}
        if endpoint == "find":
            for movie in body["movie_results"][:1]:
                for name, end in BELOW.items():
                    yield scrapy.Request(
                        f"{self.job.base_url}/movie/{movie['id']}{end}",
                        cb_kwargs={"imdb_id": imdb_id, "endpoint": name},
                        dont_filter=True,  # a movie may stand for two ids
                        priority=1,  # end titles that have begun before others begin
                    )


def main() -> None:
    """Fetch the titles of a list of ids."""
    job = asked()
    settings = {
        "CONCURRENT_REQUESTS": AT_ONCE,
        "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        "COOKIES_ENABLED": False,
        "DEFAULT_REQUEST_HEADERS": HEADERS,
        "DOWNLOAD_DELAY": 0 if job.rate is None else 1 / job.rate,
        "DOWNLOAD_DELAY_JITTER": 0,
        "FEEDS": {f"{job.folder}/%(batch_id)05d.jsonl": {"format": "jsonlines"}},
        "FEED_EXPORT_BATCH_ITEM_COUNT": ITEMS_A_FILE,
        "LOG_LEVEL": "CRITICAL",
        "RETRY_TIMES": 10,
        "TELNETCONSOLE_ENABLED": False,
    }
    process = CrawlerProcess(settings)
    Titles.job = job
    process.crawl(Titles)
    process.start()


if __name__ == "__main__":
    main()
