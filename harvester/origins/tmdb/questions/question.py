"""The text of a question → what it asks: `tmdb:person/NAME?character=C`. Pure."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal, get_args
from urllib.parse import quote, unquote

from harvester.errors import InputError
from harvester.model import InputFacts, Kind, MediaType

SCHEME: Final = "tmdb:"

Topic = Literal["movie", "tv", "collection", "person", "genre", "export"]

PARAMETERS: Final[dict[Topic, tuple[str, ...]]] = {
    "movie": ("year",),
    "tv": ("year",),
    "collection": (),
    "person": ("character", "job"),
    "genre": ("kind", "year", "votes"),
    "export": ("popularity", "video"),
}
"""What may follow the `?` of a question, by its topic."""

EXPORTS: Final = ("movies", "series", "adult-movies", "adult-series")
"""The files of all ids that hold titles."""

_FORMS: Final = ", ".join(f"{SCHEME}{topic}/…" for topic in get_args(Topic))
_ID: Final = re.compile(r"[1-9]\d{0,9}", re.ASCII)
# A name may hold `?` and `/` itself: only what looks like parameters ends it.
_WITH_PARAMETERS: Final = re.compile(r"(.*)\?([^?&=]+=[^?]*)", re.DOTALL)
_YEARS: Final = re.compile(r"(\d{4})(?:\.\.(\d{4}))?", re.ASCII)
_VOTES: Final = re.compile(r"\d{1,9}", re.ASCII)
_POPULARITY: Final = re.compile(r"\d{1,6}(?:\.\d{1,6})?", re.ASCII)
_MAX_NAME: Final = 500


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its topic, the name it asks for, and its parameters.

    `tmdb_id` is set where the name is an id of TMDB. `years` are the first and the last, both
    included.
    """

    topic: Topic
    name: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def tmdb_id(self) -> int | None:
        """The id, where the name is one; with a year it is a title, such as `300`."""
        if self.topic == "export":
            return None
        is_id = _ID.fullmatch(self.name) is not None
        by_name = self.topic in {"movie", "tv"} and "year" in self.parameters
        return int(self.name) if is_id and not by_name else None

    @property
    def years(self) -> tuple[int, int] | None:
        """The years asked for, if any."""
        found = _YEARS.fullmatch(self.parameters.get("year", ""))
        return None if found is None else (int(found[1]), int(found[2] or found[1]))

    @property
    def kind(self) -> Kind:
        """The kind of its titles, as far as the question tells; movies otherwise."""
        series = self.topic == "tv" or self.parameters.get("kind") == "tv"
        series |= self.topic == "export" and self.name.endswith("series")
        return "series" if series else "movie"

    @property
    def canonical(self) -> str:
        """The one way to write this question so that it is read as the same."""
        said = "&".join(
            f"{name}={quote(self.parameters[name])}" for name in sorted(self.parameters)
        )
        return f"{SCHEME}{self.topic}/{quote(self.name)}{'?' if said else ''}{said}"

    @property
    def title(self) -> tuple[MediaType, int] | None:
        """Media type and id of a question that is its own answer: `tmdb:movie/278`."""
        if self.tmdb_id is None or self.topic not in {"movie", "tv"}:
            return None
        return ("movie" if self.topic == "movie" else "tv"), self.tmdb_id

    @property
    def facts(self) -> InputFacts:
        """What is known of it before it is asked; a run's id is made of it."""
        text = str(self)
        sha256 = hashlib.sha256(text.casefold().encode()).hexdigest()
        return InputFacts(text, self.kind, len(text), sha256, rows=1, distinct=1, rejected=0)

    def __str__(self) -> str:
        """Return the question as a person would write it."""
        said = "&".join(f"{name}={value}" for name, value in sorted(self.parameters.items()))
        return f"{SCHEME}{self.topic}/{self.name}{'?' if said else ''}{said}"


def parse_question(text: str) -> Question:
    """Return the question that a text asks. Raises `InputError`, one sentence that names it."""
    shown = "".join(char if char.isprintable() else "?" for char in text[:100])
    topic, slash, rest = text.removeprefix(SCHEME).partition("/")
    topic = topic.strip().casefold()
    if topic == "character":
        raise InputError(f"{shown}: {_NO_CHARACTERS}")
    if topic not in PARAMETERS or not slash:
        raise InputError(f"{shown} is not a question to TMDB: ask {_FORMS}")
    found = _WITH_PARAMETERS.fullmatch(rest)
    name, query = (found[1], found[2]) if found else (rest, "")
    parameters = _parameters(shown, topic, query)
    name = _plain(name)
    if not name:
        if "character" in parameters:
            raise InputError(f"{shown} names no person: {_NO_CHARACTERS}")
        raise InputError(f"{shown} names nothing: put a name or an id of TMDB after the /")
    for value in (name, *parameters.values()):
        if not value.isprintable() or len(value) > _MAX_NAME:
            raise InputError(f"{shown} holds what no name has: see its characters and its length")
    _check(shown, topic, parameters)
    if topic == "export" and name not in EXPORTS:
        raise InputError(f"{shown} is no export of titles: ask for {', '.join(EXPORTS)}")
    return Question(topic, name, parameters)


_NO_CHARACTERS: Final = (
    "TMDB can't be searched by character: name the person, tmdb:person/NAME?character=C, "
    "or choose rows of your CSVs with --where character=C"
)


def _plain(text: str) -> str:
    """Return decoded text, composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", unquote(text)).split())


def _parameters(shown: str, topic: Topic, query: str) -> dict[str, str]:
    known = PARAMETERS[topic]
    parameters: dict[str, str] = {}
    for one in filter(None, query.split("&")):
        name, _, value = one.partition("=")
        name = name.strip().casefold()
        if name not in known:
            listed = ", ".join(known) or "no parameters"
            hint = f"; {_NO_CHARACTERS}" if name == "character" else ""
            raise InputError(f"{shown} has '{name}': tmdb:{topic}/… takes {listed}{hint}")
        if name in parameters:
            raise InputError(f"{shown} has '{name}' twice: leave one out")
        parameters[name] = _plain(value)
        if not parameters[name]:
            raise InputError(f"{shown} has an empty '{name}': give it a value, or leave it out")
    return parameters


def _check(shown: str, topic: Topic, parameters: dict[str, str]) -> None:
    year = parameters.get("year")
    if year is not None:
        found = _YEARS.fullmatch(year)
        if (
            found is None
            or "0000" in found.groups()
            or (found[2] and (topic != "genre" or found[2] < found[1]))
        ):
            form = "1999 or 1990..1999" if topic == "genre" else "such as 1999"
            raise InputError(f"{shown} has year={year}: give a year of four digits, {form}")
    if "votes" in parameters and not _VOTES.fullmatch(parameters["votes"]):
        raise InputError(f"{shown} has votes={parameters['votes']}: give the fewest, such as 100")
    if parameters.get("kind", "movie") not in {"movie", "tv"}:
        raise InputError(f"{shown} has kind={parameters['kind']}: give kind=movie or kind=tv")
    if "popularity" in parameters and not _POPULARITY.fullmatch(parameters["popularity"]):
        given = parameters["popularity"]
        raise InputError(f"{shown} has popularity={given}: give the least, such as 1 or 0.6")
    if parameters.get("video", "no") != "no":
        raise InputError(f"{shown} has video={parameters['video']}: give video=no, or leave it out")
    if {"character", "job"} <= parameters.keys():
        raise InputError(f"{shown} asks for a character and a job: give one of them")
