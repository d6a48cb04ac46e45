"""A question → its titles: the one that knows how each topic is asked."""

from dataclasses import replace

from harvester.lake.title_ids import pack_tmdb
from harvester.origins.origin import Found
from harvester.origins.tmdb.questions.collections import collection_titles
from harvester.origins.tmdb.questions.genres import genre_titles
from harvester.origins.tmdb.questions.lists import Lists
from harvester.origins.tmdb.questions.people import person_titles
from harvester.origins.tmdb.questions.question import Question
from harvester.origins.tmdb.questions.titles import title_by_name

SHOWN = 10
"""Titles of an answer that a dry run shows."""

_ASK = {
    "movie": title_by_name,
    "tv": title_by_name,
    "collection": collection_titles,
    "person": person_titles,
    "genre": genre_titles,
}


async def ask(lists: Lists, question: Question) -> Found:
    """Return the titles that a question names. Raises `InputError`, `UpstreamDown`."""
    answered = await _ASK[question.topic](lists, question)
    titles = answered.titles
    facts = replace(
        question.facts,
        rows=len(titles) + answered.out_of_reach,
        distinct=len(titles),
        rejected=answered.out_of_reach,
        answer=answered.what,
    )
    numbers = [pack_tmdb(title.media_type, title.tmdb_id) for title in titles]
    return Found(facts, numbers, tuple(f"{one.question} {one.shown}" for one in titles[:SHOWN]))
