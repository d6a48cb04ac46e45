"""A client whose lists of changes a test writes: items cut into pages, or any bodies."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harvester.upstream.client import Failure

Item = dict[str, Any]
PAGE = 100


def item(tmdb_id: int | None) -> Item:
    """Return a changed title as lists have it."""
    return {"id": tmdb_id, "adult": None if tmdb_id is None else False}


def page(items: list[Item], number: int, total: int | None = None) -> Item:
    """Return one page of a day's list; `total` is how many items it says there are."""
    told = len(items) if total is None else total
    return {
        "results": items[PAGE * (number - 1) : PAGE * number],
        "page": number,
        "total_pages": max(1, -(-told // PAGE)),
        "total_results": told,
    }


@dataclass(slots=True)
class ChangingTmdb:
    """Answers `movie/changes` and `tv/changes`; `asked` has each path, day and page.

    `answer` makes the page of a day; `wall` is the last page that is served.
    """

    answer: Callable[[str, int], Item | bytes | Failure]
    wall: int = 500
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    async def get(
        self,
        _endpoint: str,
        path: str,
        params: Mapping[str, str],
        *,
        is_answer: Callable[[bytes], bool],
        **_: object,
    ) -> bytes | Failure:
        """Answer as `TmdbClient.get` does."""
        day, number = params["start_date"], int(params["page"])
        self.asked.append((path, day, number))
        if number > self.wall:
            return Failure("http_400")
        answer = self.answer(day, number)
        if isinstance(answer, Failure):
            return answer
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return body if is_answer(body) else Failure("unexpected_shape")


def listing(items: list[Item], *, wall: int = 500) -> ChangingTmdb:
    """Return a TMDB that has this list on every day."""
    return ChangingTmdb(lambda _, number: page(items, number), wall)
