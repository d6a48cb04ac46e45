"""`/person/{id}`, `/person/{id}/combined_credits`, and the people that a search knows.

What a person did is read from the credits of the titles that lists know, so that the two agree.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from harvester.model import MediaType
from harvester.simulator import shelf, showcase
from harvester.simulator.casting import credits_body
from harvester.simulator.catalogue import named_titles
from harvester.simulator.chance import Draws
from harvester.simulator.found import find_body
from harvester.simulator.identity import identify
from harvester.simulator.items import KNOWN_FOR, SEARCHED, item
from harvester.simulator.people import FIRST_PERSON_ID, POPULATION, person
from harvester.simulator.words import SENTENCES

Json = dict[str, Any]

_DONE: Final[dict[str, tuple[str, ...]]] = {
    "cast": ("character", "credit_id"),
    "crew": ("credit_id", "department"),
}


class Credit(NamedTuple):
    """That a person is in the cast or the crew of a title; `entry` is that of its credits."""

    part: Literal["cast", "crew"]
    media_type: MediaType
    number: int
    entry: Json


def person_body(seed: int, person_id: int) -> Json | None:
    """Return the details of a person, or None where TMDB returns 404."""
    who = who_is(seed, person_id)
    if who is None:
        return None
    draws = Draws(seed, "life", person_id)
    born, year = draws.happens(0.7), draws.within(1920, 2004)
    month, day = draws.within(1, 12), draws.within(1, 28)
    return {
        "adult": who["adult"],
        "also_known_as": [] if who["name"] == who["original_name"] else [who["original_name"]],
        "biography": draws.pick(SENTENCES) if born else "",
        "birthday": f"{year}-{month:02d}-{day:02d}" if born else None,
        "deathday": None,
        "gender": who["gender"],
        "homepage": None,
        "id": person_id,
        "imdb_id": None,
        "known_for_department": who["known_for_department"],
        "name": who["name"],
        "place_of_birth": None,
        "popularity": who["popularity"],
        "profile_path": who["profile_path"],
    }


def combined_credits(seed: int, population: int, person_id: int) -> Json | None:
    """Return what a person did in movies and series, or None where TMDB returns 404."""
    if who_is(seed, person_id) is None:
        return None
    body: Json = {"cast": [], "crew": []}
    for credit in _credits_of(seed, population, person_id):
        body[credit.part].append(_credit_item(seed, credit))
    return {**body, "id": person_id}


def found_person(seed: int, population: int, who: Json) -> Json:
    """Return a person as a search does, with the three most popular titles they play in."""
    known = {
        (credit.media_type, credit.number): None
        for credit in _credits_of(seed, population, who["id"])
    }
    items = [
        (item(seed, media_type, number, SEARCHED)["popularity"], media_type, number)
        for media_type, number in known
    ]
    return {
        "adult": who["adult"],
        "gender": who["gender"],
        "id": who["id"],
        "known_for": [
            item(seed, media_type, number, KNOWN_FOR)
            for _, media_type, number in sorted(items, reverse=True)[:3]
        ],
        "known_for_department": who["known_for_department"],
        "name": who["name"],
        "popularity": who["popularity"],
        "profile_path": who["profile_path"],
    }


@lru_cache(maxsize=2)
def listed_people(seed: int) -> tuple[Json, ...]:
    """Return everybody in the credits of titles that lists know."""
    famous = (showcase.famous(seed, person_id) for person_id in showcase.PEOPLE)
    return (*famous, *(person(seed, index) for index in range(POPULATION)))


def who_is(seed: int, person_id: int) -> Json | None:
    """Return the person with this id: a made one, one of the credits, or one that `find` gives."""
    if person_id in showcase.PEOPLE:
        return showcase.famous(seed, person_id)
    if FIRST_PERSON_ID <= person_id < FIRST_PERSON_ID + POPULATION:
        return person(seed, person_id - FIRST_PERSON_ID)
    identity = identify(seed, person_id)
    if identity.is_a("person") and identity.tmdb_id == person_id:
        who: Json = find_body(seed, identity)["person_results"][0]
        return who
    return None


def _credits_of(seed: int, population: int, person_id: int) -> Iterator[Credit]:
    yield from _named_credits(seed).get(person_id, ())
    index = person_id - FIRST_PERSON_ID
    if not 0 <= index < POPULATION:
        return
    media_types: tuple[MediaType, ...] = ("movie", "tv")
    for media_type in media_types:
        ordinals = {
            ordinal: None
            for stride in (*shelf.CAST_STRIDES, shelf.CREW_STRIDE)
            for ordinal in shelf.titles_of(index, stride, population)
        }
        for ordinal in ordinals:
            number = shelf.FIRST[media_type] + ordinal
            for credited, credit in _credits_in(seed, media_type, number):
                if credited == person_id:
                    yield credit


@lru_cache(maxsize=2)
def _named_credits(seed: int) -> dict[int, list[Credit]]:
    found: dict[int, list[Credit]] = defaultdict(list)
    media_types: tuple[MediaType, ...] = ("movie", "tv")
    for media_type in media_types:
        for number in named_titles(seed, media_type):
            for person_id, credit in _credits_in(seed, media_type, number):
                found[person_id].append(credit)
    return dict(found)


def _credits_in(seed: int, media_type: MediaType, number: int) -> Iterator[tuple[int, Credit]]:
    body = credits_body(seed, identify(seed, number), media_type)
    parts: tuple[Literal["cast", "crew"], ...] = ("cast", "crew")
    for part in parts:
        for entry in body[part]:
            yield entry["id"], Credit(part, media_type, number, entry)


def _credit_item(seed: int, credit: Credit) -> Json:
    """Return a credit: a series' counts episodes, and one in a movie's cast has an order."""
    body = item(seed, credit.media_type, credit.number, SEARCHED)
    body |= {key: credit.entry[key] for key in _DONE[credit.part]}
    if credit.media_type == "tv":
        body["episode_count"] = Draws(seed, "episodes", credit.entry["credit_id"]).within(1, 60)
    elif credit.part == "cast":
        body["order"] = credit.entry["order"]
    if credit.part == "crew":
        body["job"] = credit.entry["job"]
    return body | {"media_type": credit.media_type}
