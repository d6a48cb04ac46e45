"""The people of the simulated TMDB: an id is the same person in every title."""

from typing import Any, Final

from harvester.simulator.chance import Draws
from harvester.simulator.words import (
    EAST_ASIAN_FAMILY,
    EAST_ASIAN_GIVEN,
    FAMILY_NAMES,
    FIRST_NAMES,
    JOBS,
    ROLES,
)

Json = dict[str, Any]

POPULATION: Final = 20_000
FIRST_PERSON_ID: Final = 1_000

# Entries (cast and crew together) of a title: (share of titles below, entries).
# About 250 bytes an entry, so a popular title's credits have a median near 40 KB, as recorded
# ones do, and stay near 300 KB at most; four of five long-tail titles are under 4 KB.
POPULAR_ENTRIES: Final = (
    *((0.0, 20), (0.25, 80), (0.5, 145), (0.75, 230)),
    *((0.95, 430), (0.99, 650), (1.0, 1180)),
)
TAIL_ENTRIES: Final = ((0.0, 0), (0.1, 2), (0.6, 7), (0.85, 13), (0.97, 22), (1.0, 50))

_people: dict[tuple[int, int], Json] = {}


def person(seed: int, index: int) -> Json:
    """Return the fields common to all mentions of this person, in TMDB's order."""
    key = (seed, index)
    found = _people.get(key)
    if found is None:
        if len(_people) >= POPULATION:
            _people.clear()
        found = _people[key] = _invent(seed, index)
    return found


def _invent(seed: int, index: int) -> Json:
    draws = Draws(seed, "person", index)
    if draws.happens(0.12):
        family, given = draws.pick(EAST_ASIAN_FAMILY), draws.pick(EAST_ASIAN_GIVEN)
        name, original = f"{given[0]} {family[0]}", f"{family[1]}{given[1]}"
    else:
        name = original = f"{draws.pick(FIRST_NAMES)} {draws.pick(FAMILY_NAMES)}"
    return {
        "adult": False,
        "gender": draws.within(0, 3) if draws.happens(0.1) else draws.within(1, 2),
        "id": FIRST_PERSON_ID + index,
        "known_for_department": "Acting" if draws.happens(0.6) else draws.pick(JOBS)[0],
        "name": name,
        "original_name": original,
        "popularity": draws.decimal(0, 12, 4),
        # 35 % of recorded cast have none
        "profile_path": None if draws.happens(0.35) else image_path(draws),
    }


def image_path(draws: Draws) -> str:
    """Return an image path in TMDB's form: 26 characters and `.jpg`."""
    return f"/{draws.hexadecimal(26)}.jpg"


def _some_person(seed: int, draws: Draws) -> Json:
    share = draws.unit()
    return person(seed, int(POPULATION * share * share))  # few people play in many titles


def _entries(draws: Draws, *, popular: bool) -> tuple[int, int]:
    total = draws.along(POPULAR_ENTRIES if popular else TAIL_ENTRIES)
    cast = total - total // 2 if total < 30 else 15 + int((total - 30) * 0.25)  # noqa: PLR2004
    return cast, total - cast


def credits_of(seed: int, number: int, *, tv: bool, popular: bool) -> Json:
    """Return the body of `credits`, without its id; a series' cast has no `cast_id`."""
    draws = Draws(seed, "credits", "tv" if tv else "movie", number)
    cast_size, crew_size = _entries(draws, popular=popular)
    if tv and popular:  # the latest season only
        cast_size, crew_size = cast_size // 3, crew_size // 5
    cast = []
    for order in range(cast_size):
        entry = dict(_some_person(seed, draws))
        if not tv:
            entry["cast_id"] = order + 1
        entry["character"] = draws.pick(ROLES)
        entry["credit_id"] = draws.hexadecimal(24)
        entry["order"] = order
        cast.append(entry)
    crew = []
    for _ in range(crew_size):
        entry = dict(_some_person(seed, draws))
        entry["credit_id"] = draws.hexadecimal(24)
        entry["department"], entry["job"] = draws.pick(JOBS)
        crew.append(entry)
    return {"cast": cast, "crew": crew}


def aggregate_credits_of(seed: int, number: int, *, popular: bool) -> Json:
    """Return the body of `aggregate_credits`, without its id: the whole run of a series."""
    draws = Draws(seed, "aggregate", number)
    cast_size, crew_size = _entries(draws, popular=popular)
    cast = []
    for order in range(cast_size * 2):
        entry = dict(_some_person(seed, draws))
        episodes = draws.within(1, 60)
        role = {"credit_id": draws.hexadecimal(24), "character": draws.pick(ROLES)}
        entry["roles"] = [{**role, "episode_count": episodes}]
        entry["total_episode_count"], entry["order"] = episodes, order
        cast.append(entry)
    crew = []
    for _ in range(crew_size // 2):
        entry = dict(_some_person(seed, draws))
        episodes, (department, job) = draws.within(1, 60), draws.pick(JOBS)
        credit = draws.hexadecimal(24)
        entry["jobs"] = [{"credit_id": credit, "job": job, "episode_count": episodes}]
        entry["department"], entry["total_episode_count"] = department, episodes
        crew.append(entry)
    return {"cast": cast, "crew": crew}
