"""Writes plans and outcomes of 30 daily runs into a lake, without any request.

`python -m benchmarks.lake_state_made LAKE all|parts`: the first run has all titles and each later
one one or two in a hundred of them, or each run has its own thirtieth.
"""

import asyncio
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.lake_state import RUNS, TITLES
from harvester.lake.documents.outcomes import HEADER, outcome_line
from harvester.lake.documents.plan import Plan
from harvester.model import Asked, Outcome
from harvester.stores import Store, open_store

_START = 1_767_225_600  # 2026-01-01
_DAY = 86_400


def main() -> None:
    """Write the lake that the arguments name."""
    asyncio.run(_make(*sys.argv[1:]))


async def _make(lake: str, shape: str) -> None:
    chance = random.Random(1)
    async with open_store(lake) as store:
        for run in range(RUNS):
            titles = range(1, TITLES + 1)
            if shape == "parts":
                part = TITLES // RUNS
                titles = titles[run * part : (run + 1) * part]
            elif run:
                some = chance.sample(titles, chance.randint(TITLES // 100, TITLES // 50))
                await _keep(store, run, sorted(some))
                continue
            await _keep(store, run, titles)


async def _keep(store: Store, run: int, titles: "list[int] | range") -> None:
    at = _moment(_START + run * _DAY)
    asked = Asked(("find", "details", "credits", "keywords"), None, (), None, "array", "api.test")
    plan = Plan(
        run=f"{at[:10].replace('-', '')}-00000000",
        digest="00000000",
        date=datetime.fromtimestamp(_START + run * _DAY, UTC).date(),
        created_at=at,
        inputs=(),
        asked=asked,
        synthetic=False,
        titles=len(titles),
        titles_sha256="0" * 64,
    )
    await store.put(plan.folder.plan, plan.to_json())
    await store.put(plan.folder.outcomes, "".join(_lines(run, titles)).encode())


def _lines(run: int, titles: "list[int] | range") -> Iterator[str]:
    yield ",".join(HEADER) + "\n"
    for place, number in enumerate(titles):
        at = _moment(_START + run * _DAY + place // 12)  # as fast as TMDB lets it be
        outcome = Outcome("harvested", "movie", number + 1_000, fetched_at=at)
        if number % 7 == 0:
            outcome = Outcome("unmatched", reason="not_found", fetched_at=at)
        elif number % 97 == 0:
            outcome = Outcome("failed", reason="credits: http_500", fetched_at=at)
        yield outcome_line(f"tt{number * 31:07d}", outcome, at)


def _moment(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main()
