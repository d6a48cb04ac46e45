"""`tmdb:collection/NAME`: the titles of a collection, such as a trilogy."""

from harvester.errors import InputError
from harvester.origins.tmdb.answers import language_param
from harvester.origins.tmdb.questions.answer import Answered, ambiguous, nothing
from harvester.origins.tmdb.questions.lists import Item, Lists, items_of, listed, text_of
from harvester.origins.tmdb.questions.names import normal_title
from harvester.origins.tmdb.questions.question import Question


async def collection_titles(lists: Lists, question: Question) -> Answered:
    """Return the parts of the one collection of this name or id, in TMDB's order.

    Raises `InputError`.
    """
    tmdb_id = question.tmdb_id or await _by_name(lists, question)
    found = await lists.object(
        f"collection/{tmdb_id}",
        language_param(lists.language),
        lambda value: isinstance(value.get("parts"), list) and value.get("id") == tmdb_id,
    )
    if found is None:
        raise InputError(f"{question}: {lists.who} has no collection {tmdb_id}")
    # A part may be a series, though none was seen.
    parts = [
        listed(part, "tv" if part.get("media_type") == "tv" else "movie")
        for part in items_of(found["parts"])
    ]
    titles = [part for part in parts if part is not None]
    if not titles:
        raise InputError(f"{question}: collection {tmdb_id} has no parts yet")
    return Answered(f'collection "{text_of(found, "name")}" ({tmdb_id})', titles)


async def _by_name(lists: Lists, question: Question) -> int:
    items, more = await lists.search("search/collection", {"query": question.name})
    known = {item["id"]: item for item in items if type(item.get("id")) is int}
    same = [tmdb_id for tmdb_id, item in known.items() if _is_named(item, question.name)]
    if len(same) == 1:
        return int(same[0])
    candidates = [
        (text_of(known[tmdb_id], "name"), f"tmdb:collection/{tmdb_id}") for tmdb_id in same or known
    ]
    if same or more:
        raise ambiguous(question, candidates)
    raise nothing(question, candidates, lists.who)


def _is_named(item: Item, name: str) -> bool:
    """Return whether a collection has this name; most are called `… Collection`."""
    wanted = normal_title(name)
    names = (text_of(item, "name"), text_of(item, "original_name"))
    return any(normal_title(each) in {wanted, f"{wanted} collection"} for each in names)
