"""`/collection/{id}`, and the collections that a search knows."""

from functools import lru_cache
from typing import Any

from harvester.simulator.catalogue import named_titles
from harvester.simulator.chance import Draws
from harvester.simulator.details import details_body
from harvester.simulator.identity import identify
from harvester.simulator.items import PART, item
from harvester.simulator.showcase import COLLECTIONS, heading
from harvester.simulator.words import SENTENCES

Json = dict[str, Any]


def collection_body(seed: int, collection_id: int) -> Json | None:
    """Return a collection with its parts, or None where TMDB returns 404.

    It is a made one, or a movie's own, which has that movie only.
    """
    made = COLLECTIONS.get(collection_id)
    head = _own(seed, collection_id) if made is None else heading(seed, collection_id)
    if head is None:
        return None
    parts = (collection_id,) if made is None else made.parts
    return {
        "id": collection_id,
        "name": head["name"],
        "overview": _overview(seed, collection_id),
        "poster_path": head["poster_path"],
        "backdrop_path": head["backdrop_path"],
        "parts": [item(seed, "movie", number, PART) for number in parts],
    }


@lru_cache(maxsize=4)
def listed_collections(seed: int) -> dict[int, str]:
    """Return the names by id: the made collections, and own ones of the sample's movies.

    A movie of a made collection has no other one here.
    """
    taken = {number for made in COLLECTIONS.values() for number in made.parts}
    names = {collection_id: made.name for collection_id, made in COLLECTIONS.items()}
    for number in named_titles(seed, "movie"):
        own = None if number in taken else _own(seed, number)
        if own is not None:
            names[number] = own["name"]
    return names


def collection_item(seed: int, collection_id: int) -> Json:
    """Return a collection as a search does (https://developer.themoviedb.org's example)."""
    head = heading(seed, collection_id) if collection_id in COLLECTIONS else None
    head = head or _own(seed, collection_id) or {}
    return {
        "adult": False,
        "backdrop_path": head["backdrop_path"],
        "id": collection_id,
        "name": head["name"],
        "original_language": "en",
        "original_name": head["name"],
        "overview": _overview(seed, collection_id),
        "poster_path": head["poster_path"],
    }


def _own(seed: int, number: int) -> Json | None:
    identity = identify(seed, number)
    if not identity.is_a("movie") or identity.tmdb_id != number:
        return None
    own: Json | None = details_body(seed, identity, "movie")["belongs_to_collection"]
    return own if own is not None and own["id"] == number else None


def _overview(seed: int, collection_id: int) -> str:
    return Draws(seed, "collection overview", collection_id).pick(SENTENCES)
