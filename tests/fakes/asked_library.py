"""The simulator's responses without a socket."""

import json
from collections.abc import Iterator
from typing import Any

from harvester.simulator.library import Library
from harvester.simulator.routes import route


def asked(library: Library, path: str) -> tuple[int, Any]:
    """Return status and body of a path below `/3/`."""
    answer = library.answer(route(f"/3/{path}"))
    return answer.status, json.loads(answer.body.raw)


def body_of(library: Library, path: str) -> dict[str, Any]:
    """Return the body of a path that must be a 200."""
    status, body = asked(library, path)
    assert status == 200, (path, body)
    assert isinstance(body, dict)
    return body


def all_results(library: Library, path: str) -> Iterator[dict[str, Any]]:
    """Yield the results of all pages of a path that has a query."""
    page, pages = 1, 1
    while page <= pages:
        body = body_of(library, f"{path}&page={page}")
        pages = min(500, body["total_pages"])
        yield from body["results"]
        page += 1
