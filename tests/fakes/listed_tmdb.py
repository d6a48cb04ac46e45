"""A client whose lists are a table: what a test writes, cut into pages as TMDB cuts them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harvester.origins.origin import Found
from harvester.origins.tmdb.questions.ask import ask
from harvester.origins.tmdb.questions.lists import Lists
from harvester.origins.tmdb.questions.question import parse_question
from harvester.upstream.client import Failure
from harvester.upstream.tally import Tally

Item = dict[str, Any]
Table = Callable[[Mapping[str, str]], Item | list[Item] | Failure | bytes]


@dataclass(slots=True)
class ListedTmdb:
    """Answers by path; a list is served in pages of 20. `asked` has every path with its query."""

    tables: dict[str, Table] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def says(self, path: str, answer: Item | list[Item] | Failure | bytes) -> None:
        """Let a path have one answer, whatever its query."""
        self.tables[path] = lambda _: answer

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
        self.asked.append((path, dict(params)))
        table = self.tables.get(path)
        answer: Any = Failure("http_404") if table is None else table(params)
        if isinstance(answer, Failure):
            return answer
        if isinstance(answer, list):
            answer = page(answer, int(params["page"]))
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return body if is_answer(body) else Failure("unexpected_shape")

    async def ask(self, text: str, language: str | None = None) -> Found:
        """Return the answer to a question."""
        client: Any = self
        lists = Lists(client, language, Tally(), lambda path, _: self.kept.append(path))
        return await ask(lists, parse_question(text))


def page(items: list[Item], number: int) -> Item:
    """Return one page of a list, as TMDB does."""
    return {
        "page": number,
        "results": items[20 * (number - 1) : 20 * number],
        "total_pages": max(1, -(-len(items) // 20)),
        "total_results": len(items),
    }


def movie(tmdb_id: int, title: str, date: str = "", votes: int = 0, original: str = "") -> Item:
    """Return a movie as lists have it."""
    return {
        "id": tmdb_id,
        "title": title,
        "original_title": original or title,
        "release_date": date,
        "vote_count": votes,
    }


def series(tmdb_id: int, name: str, date: str = "", votes: int = 0) -> Item:
    """Return a series as lists have it."""
    return {
        "id": tmdb_id,
        "name": name,
        "original_name": name,
        "first_air_date": date,
        "vote_count": votes,
    }


def person(tmdb_id: int, name: str, popularity: float) -> Item:
    """Return a person as a search has it."""
    return {
        "id": tmdb_id,
        "name": name,
        "popularity": popularity,
        "known_for_department": "Acting",
    }
