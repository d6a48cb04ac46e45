"""`tmdb:person/NAME?character=C`: the titles that a person is in, or has made."""

from dataclasses import dataclass

from harvester.errors import InputError
from harvester.hints import nearest
from harvester.origins.tmdb.answers import language_param
from harvester.origins.tmdb.questions.answer import Answered, ambiguous, nothing
from harvester.origins.tmdb.questions.lists import (
    Item,
    Lists,
    items_of,
    listed,
    text_of,
    weight_of,
)
from harvester.origins.tmdb.questions.names import clear_winner, has_words, normal
from harvester.origins.tmdb.questions.question import Question


@dataclass(frozen=True, slots=True)
class _Person:
    tmdb_id: int
    name: str
    known_for: str
    weight: float


async def person_titles(lists: Lists, question: Question) -> Answered:
    """Return the titles of a person's cast credits, or those of a character or a job.

    Raises `InputError`.
    """
    if question.tmdb_id is None:
        person = await _by_name(lists, question)
        tmdb_id, name = person.tmdb_id, person.name
    else:
        tmdb_id, name = question.tmdb_id, ""
    found = await lists.object(
        f"person/{tmdb_id}/combined_credits",
        language_param(lists.language),
        lambda value: (
            value.get("id") == tmdb_id
            and isinstance(value.get("cast"), list)
            and isinstance(value.get("crew"), list)
        ),
    )
    if found is None:
        raise InputError(f"{question}: {lists.who} has no person {tmdb_id}")
    character, job = question.parameters.get("character"), question.parameters.get("job")
    what, entries = (
        ("job", items_of(found["crew"])) if job else ("character", items_of(found["cast"]))
    )
    wanted = [credit for credit in entries if _is_wanted(credit, character, job)]
    titles = [
        listed(credit, "tv" if credit.get("media_type") == "tv" else "movie") for credit in wanted
    ]
    standing = list(
        {(one.media_type, one.tmdb_id): one for one in titles if one is not None}.values()
    )
    who = f'person "{name}" ({tmdb_id})' if name else f"person {tmdb_id}"
    if not standing:
        asked = job or character
        said = sorted({text_of(one, what) for one in entries})
        hint = nearest(asked, said) if asked else ""
        raise InputError(f"{question}: {who} has no titles{f' as {asked}' if asked else ''}{hint}")
    as_what = f", {job}" if job else f' as "{character}"' if character else ""
    return Answered(f"{who}{as_what}", standing)


async def _by_name(lists: Lists, question: Question) -> _Person:
    items, more = await lists.search("search/person", {"query": question.name})
    known = {item["id"]: _person(item) for item in items if type(item.get("id")) is int}
    same = [one for one in known.values() if normal(one.name) == normal(question.name)]
    winner = clear_winner(same)
    if winner is not None:
        return winner
    best = sorted(same or known.values(), key=lambda one: -one.weight)
    candidates = [(_shown(one), f"tmdb:person/{one.tmdb_id}") for one in best]
    if same or more:
        raise ambiguous(question, candidates)
    raise nothing(question, candidates, lists.who)


def _person(item: Item) -> _Person:
    return _Person(
        item["id"],
        text_of(item, "name"),
        text_of(item, "known_for_department"),
        weight_of(item, "popularity"),
    )


def _shown(person: _Person) -> str:
    return f"{person.name} ({person.known_for})" if person.known_for else person.name


def _is_wanted(credit: Item, character: str | None, job: str | None) -> bool:
    if job is not None:
        return normal(text_of(credit, "job")) == normal(job)
    return character is None or has_words(text_of(credit, "character"), character)
