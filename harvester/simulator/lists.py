"""The bodies of what is asked for by other than a title's id, as a table of labels."""

from typing import Any, Final

from harvester.simulator.change_lists import changes_page
from harvester.simulator.collection import collection_body
from harvester.simulator.discover import discover
from harvester.simulator.filmography import combined_credits, person_body
from harvester.simulator.genres import genre_list
from harvester.simulator.routes import PARAMETERS, Route
from harvester.simulator.search import search_collections, search_people, search_titles

Json = dict[str, Any]

LABELS: Final = frozenset({*PARAMETERS, "collection", "person", "person/combined_credits"})


def list_body(  # noqa: PLR0911 -- one line a list, read as a table
    seed: int, population: int, route: Route
) -> Json | None:
    """Return the body of one of the `LABELS`, or None where TMDB returns 404."""
    parameters, number = dict(route.parameters), route.number or 0
    media_type = route.media_type or "movie"
    match route.label.split("/"):
        case ["search", "person"]:
            return search_people(seed, population, parameters)
        case ["search", "collection"]:
            return search_collections(seed, parameters)
        case ["search", _]:
            return search_titles(seed, population, media_type, parameters)
        case ["discover", _]:
            return discover(seed, population, media_type, parameters)
        case [_, "changes"]:  # without a course of time, nothing ever does
            return changes_page([], parameters)
        case ["genre", *_]:
            return genre_list(media_type, parameters.get("language", ""))
        case ["collection"]:
            return collection_body(seed, number)
        case ["person"]:
            return person_body(seed, number)
        case _:
            return combined_credits(seed, population, number)
