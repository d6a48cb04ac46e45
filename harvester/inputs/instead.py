"""What to type instead of a name that is no file: an id, a URL or a title's name. Pure."""

import re
import shlex
from typing import Final

from harvester.errors import InputError
from harvester.inputs.title_id import parse_title_id
from harvester.lake.title_ids import tmdb_id_of, unpack
from harvester.origins.tmdb.questions.question import PARAMETERS, SCHEME, parse_question

__all__ = ["CHECK", "instead_of", "shown"]

CHECK: Final = "check the path of this input"

_LONGEST: Final = 200
_TOPICS: Final = "|".join(PARAMETERS)
# https://www.themoviedb.org/person/6384-keanu-reeves, perhaps with a language before `person`.
_TMDB_PAGE: Final = re.compile(
    r"(?:https?://)?(?:[a-z]{1,10}\.)?(?:themoviedb|tmdb)\.org/(?:3/|[a-z]{2}(?:-[a-z]{2})?/)?"
    r"(collection|person|genre)/([1-9]\d{0,9})(?!\w).*",
    re.ASCII | re.IGNORECASE,
)
_IMDB_PERSON: Final = re.compile(r"(?:.*\.)?imdb\.com/.*\bnm\d+.*|nm\d{5,10}", re.IGNORECASE)
_QUESTION: Final = re.compile(rf"(?:tmdb:/*)?({_TOPICS})[:/]([^/\\]+)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[0-9]{1,10}")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://.*|www\..*", re.IGNORECASE)
_FILE: Final = re.compile(r".*\.[a-z][a-z0-9]{1,4}|[.~-].*|.*[/\\].*|tt\d+", re.IGNORECASE)


def instead_of(name: str) -> str:
    """Return what to do where a name is no file, as the end of a sentence."""
    text = name.strip()
    if len(name) > _LONGEST or not name.isprintable():
        return CHECK
    way = _title(text) or _question(text)
    if way is None and _URL.fullmatch(text):
        way = "name a file of this machine, or an object as s3://bucket/key.csv"
    if way is None and not _FILE.fullmatch(text) and any(char.isalnum() for char in text):
        title = f"{SCHEME}movie/{text.replace('%', '%25')}"
        way = f"{CHECK}, or ask TMDB for a title of this name, {_run(title)}"
    return way or CHECK


def shown(name: str) -> str:
    """Return a name as a message may have it: of a URL, what precedes its query."""
    return re.split(r"[?#]", name, maxsplit=1)[0] if _URL.fullmatch(name.strip()) else name


def _title(text: str) -> str | None:
    """Return how a title is named that a text names by its id; None where it names none."""
    if _NUMBER.fullmatch(text) and (number := int(text)):
        return (
            f"of an id of IMDb, {_listed(f'tt{number:07d}')}; of one of TMDB, "
            f"{_run(f'{SCHEME}movie/{number}')} or {SCHEME}tv/{number}"
        )
    try:
        title_id = unpack(parse_title_id(text))
    except InputError:
        return None
    own = tmdb_id_of(title_id)
    if own is None:
        return f"give ids of IMDb as a list, {_listed(title_id)}"
    media_type, number = own
    return f"name it as a title of TMDB, {_run(f'{SCHEME}{media_type}/{number}')}"


def _question(text: str) -> str | None:
    """Return how to ask for what a text names, other than a title by its id; else None."""
    if found := _TMDB_PAGE.fullmatch(text):
        return f"ask TMDB for it, {_run(f'{SCHEME}{found[1].lower()}/{found[2]}')}"
    if _IMDB_PERSON.fullmatch(text):
        return "ask TMDB for a person by name, `harvester run tmdb:person/NAME`"
    asked = _QUESTION.fullmatch(text)
    if asked is None or _FILE.fullmatch(asked[2]):
        return None
    question = f"{SCHEME}{asked[1].lower()}/{asked[2]}"
    try:
        parse_question(question)
    except InputError:
        return None
    return f"ask TMDB, {_run(question)}"


def _listed(title_id: str) -> str:
    return f"`echo {title_id} | harvester run -`"


def _run(question: str) -> str:
    return f"`harvester run {_quoted(question)}`"


def _quoted(text: str) -> str:
    """Return a word of a command; as README quotes questions, where that is enough."""
    if shlex.quote(text) == text:
        return text
    return shlex.quote(text) if re.search(r'["$`\\!]', text) else f'"{text}"'
