"""TMDB's lists: asked page by page, every body kept, items read by their shape."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harvester.errors import InputError, UpstreamDown
from harvester.lake import json_text
from harvester.model import MediaType
from harvester.origins.tmdb.answers import NOT_FOUND, language_param
from harvester.origins.tmdb.api import TmdbClient
from harvester.upstream.client import Failure
from harvester.upstream.tally import Tally

MAX_PAGES: Final = 500
"""TMDB's last page of any list: https://developer.themoviedb.org/docs/errors, code 22."""

PAGE_SIZE: Final = 20
SEARCHED_PAGES: Final = 5
"""Pages of a search that are read; who has more must say more."""

_AT_ONCE: Final = 20

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """A title of a list; `weight` is its votes. `year` is None for one without a date."""

    media_type: MediaType
    tmdb_id: int
    name: str
    original: str
    year: int | None
    weight: float

    @property
    def shown(self) -> str:
        """The title with its year, as a person says it."""
        name = "".join(char for char in self.name[:80] if char.isprintable()) or "without a name"
        return name if self.year is None else f"{name} ({self.year})"

    @property
    def question(self) -> str:
        """The input that names just this title."""
        return f"tmdb:{self.media_type}/{self.tmdb_id}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how many pages and items the list has."""

    items: list[Item]
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Lists:
    """Asks TMDB's lists for one question; `keep` gets each path with its body.

    `who` is what the one that answers is called where there is no answer.
    """

    client: TmdbClient
    language: str | None
    tally: Tally
    keep: Callable[[str, bytes], None]
    who: str = "TMDB"

    async def object(
        self, path: str, params: Mapping[str, str], has: Callable[[Item], bool]
    ) -> Item | None:
        """Return the object at a path, None where TMDB has none; asked again until it `has` shape.

        Raises `InputError` where TMDB refuses the question, `UpstreamDown` where it does not
        answer.
        """

        def is_answer(body: bytes) -> bool:
            value = json_text.loads(body)
            return isinstance(value, dict) and has(value)

        label = path.split("/", 1)[0]
        said = path + "".join(f"&{name}={value}" for name, value in params.items())
        body = await self.client.get(
            label, path, params, expected=None, tally=self.tally, is_answer=is_answer
        )
        if isinstance(body, bytes):
            self.keep(said.replace("&", "?", 1), body)
            value: Item = json_text.loads(body)
            return value
        if body.reason == NOT_FOUND:
            return None
        raise _unanswered(path, body)

    async def page(self, path: str, params: Mapping[str, str], number: int = 1) -> Page:
        """Return one page of a list, which every list has."""
        params = {**params, **language_param(self.language), "page": str(number)}
        found = await self.object(path, params, _is_page)
        if found is None:
            raise _unanswered(path, Failure(NOT_FOUND))
        return Page(found["results"], found["total_pages"], found["total_results"])

    async def pages(self, path: str, params: Mapping[str, str], first: Page) -> AsyncIterator[Page]:
        """Yield the first page and the others of a list that TMDB serves whole, in order."""
        yield first
        for start in range(2, first.pages + 1, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, first.pages + 1))
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self.page(path, params, each)) for each in numbers]
            for task in tasks:
                yield task.result()

    async def search(self, path: str, params: Mapping[str, str]) -> tuple[list[Item], bool]:
        """Return the items of the first pages of a search, and whether there are more pages."""
        first = await self.page(path, params)
        items = [*first.items]
        for number in range(2, min(first.pages, SEARCHED_PAGES) + 1):
            items += (await self.page(path, params, number)).items
        return items, first.pages > SEARCHED_PAGES


def listed(item: Item, media_type: MediaType) -> Listed | None:
    """Return a title of a list; None for an item that has no id."""
    names, dates = (
        ("title", "release_date") if media_type == "movie" else ("name", "first_air_date")
    )
    tmdb_id = item.get("id")
    if type(tmdb_id) is not int or not 0 < tmdb_id < 10**10:
        return None
    name, date = _text(item.get(names)), _text(item.get(dates))
    original = _text(item.get(f"original_{names}"))
    year = int(date[:4]) if date[:4].isascii() and date[:4].isdecimal() else None
    return Listed(
        media_type, tmdb_id, name or original, original, year, weight_of(item, "vote_count")
    )


def weight_of(item: Item, key: str) -> float:
    """Return a number of an item, 0 for anything else."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return max(float(value), 0.0)


def text_of(item: Item, key: str) -> str:
    """Return a text of an item, empty for anything else."""
    return _text(item.get(key))


def items_of(value: object) -> list[Item]:
    """Return the objects of an array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_page(value: Item) -> bool:
    results = value.get("results")
    counts = (value.get("total_pages"), value.get("total_results"))
    return (
        isinstance(results, list)
        and all(isinstance(item, dict) for item in results)
        and all(type(count) is int and count >= 0 for count in counts)
    )


def _unanswered(path: str, failure: Failure) -> InputError | UpstreamDown:
    if failure.reason.startswith("http_4"):
        return InputError(
            f"TMDB refuses {path} ({failure.reason}): see the question that asks for it"
        )
    return UpstreamDown(
        f"TMDB does not answer {path} ({failure.reason}); run the command again later"
    )
