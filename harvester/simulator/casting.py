"""The credits of a title: drawn, or those of a made one."""

from typing import Any

from harvester.model import MediaType
from harvester.simulator import shelf
from harvester.simulator.chance import Draws
from harvester.simulator.identity import Identity
from harvester.simulator.people import credits_of, person
from harvester.simulator.showcase import TITLES, Made, famous
from harvester.simulator.words import ROLES

Json = dict[str, Any]


def credits_body(seed: int, identity: Identity, media_type: MediaType) -> Json:
    """Return the body of `credits`, without its id; a series' cast has no `cast_id`."""
    number = identity.number
    made, place = TITLES.get(number), shelf.shelved(number)
    if made is not None and (made.cast or made.crew):
        return _made_credits(seed, number, made)
    if place is not None:
        return _shelved_credits(seed, number, *place)
    return credits_of(seed, number, tv=media_type == "tv", popular=identity.popular)


def _made_credits(seed: int, number: int, made: Made) -> Json:
    draws = Draws(seed, "made credits", number)
    cast = [
        _in_cast(famous(seed, role.person), made.media_type, role.character, order, draws)
        for order, role in enumerate(made.cast)
    ]
    crew = [
        _in_crew(famous(seed, duty.person), duty.department, duty.job, draws) for duty in made.crew
    ]
    return {"cast": cast, "crew": crew}


def _shelved_credits(seed: int, number: int, media_type: MediaType, ordinal: int) -> Json:
    draws = Draws(seed, "shelved credits", number)
    cast = [
        _in_cast(person(seed, index), media_type, draws.pick(ROLES), order, draws)
        for order, index in enumerate(shelf.cast_of(ordinal))
    ]
    director = person(seed, shelf.crew_of(ordinal))
    return {"cast": cast, "crew": [_in_crew(director, "Directing", "Director", draws)]}


def _in_cast(who: Json, media_type: MediaType, character: str, order: int, draws: Draws) -> Json:
    entry = dict(who)
    if media_type == "movie":
        entry["cast_id"] = order + 1
    credit_id = draws.hexadecimal(24)
    return entry | {"character": character, "credit_id": credit_id, "order": order}


def _in_crew(who: Json, department: str, job: str, draws: Draws) -> Json:
    return {**who, "credit_id": draws.hexadecimal(24), "department": department, "job": job}
