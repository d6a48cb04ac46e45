"""Titles, people and collections that can be asked for by name, with every kind of namesake.

The collections are real ones of films of the sample (https://www.themoviedb.org/collection/2344),
and so is who plays Neo in them; everything else here is invented.
"""

from dataclasses import dataclass
from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.chance import Draws
from harvester.simulator.facts import TitleFacts, Told
from harvester.simulator.people import image_path

Json = dict[str, Any]

FIRST: Final = 700_000_000


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody in the cast of a title."""

    person: int
    character: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody in the crew of a title."""

    person: int
    department: str
    job: str


@dataclass(frozen=True, slots=True)
class Made:
    """A title, its cast and its crew."""

    media_type: MediaType
    facts: TitleFacts
    cast: tuple[Role, ...] = ()
    crew: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True)
class Famous:
    """A person beside those of the drawn credits."""

    name: str
    popularity: float
    department: str = "Acting"
    gender: int = 1


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, and the numbers of its movies by date of release."""

    name: str
    parts: tuple[int, ...]


def _made(
    media_type: MediaType,
    title: str,
    date: str,
    votes: int,
    *credited: Role | Duty,
    original: str = "",
    language: str = "en",
    genres: tuple[str, ...] = ("Drama",),
    popularity: float | None = None,
) -> Made:
    """Return a title; a popularity that is not given follows the votes."""
    return Made(
        media_type,
        TitleFacts(
            title=title,
            original_title=original or title,
            language=language,
            year=int(date[:4]) if date else None,
            minutes=108,
            genres=genres,
            told=Told(date, popularity or round(votes / 400 + 0.2, 4), votes),
        ),
        tuple(credit for credit in credited if isinstance(credit, Role)),
        tuple(credit for credit in credited if isinstance(credit, Duty)),
    )


VERA, BRUNO, OTHER_BRUNO, IRIS, OTHER_IRIS, TOMAS, UNSEEN, KEANU = range(501, 509)

PEOPLE: Final[dict[int, Famous]] = {
    VERA: Famous("Vera Lindholm", 18.4102),
    BRUNO: Famous("Bruno Castellane", 24.8311, gender=2),  # one is ten times as popular
    OTHER_BRUNO: Famous("Bruno Castellane", 0.6214, gender=2),
    IRIS: Famous("Iris Quental", 8.1007),  # neither is
    OTHER_IRIS: Famous("Iris Quental", 6.4419),
    TOMAS: Famous("Tomás Yáñez-O'Dell", 3.0551, "Directing", gender=2),
    UNSEEN: Famous("Nadia Umbral", 1.2),  # without any credit
    KEANU: Famous("Keanu Reeves", 31.2074, gender=2),  # of the examples in README and help
}
"""People by their TMDB id; those of the drawn credits begin at 1,000."""

_DIRECTED: Final = Duty(TOMAS, "Directing", "Director")
_WROTE: Final = Duty(TOMAS, "Writing", "Screenplay")
_NEO: Final = Role(KEANU, "Neo")
_ACTION: Final = ("Action", "Sci-Fi")
_THRILLER: Final = ("Mystery", "Thriller")

TITLES: Final[dict[int, Made]] = dict(
    enumerate(
        (
            _made("movie", "The Matrix Reloaded", "2003-05-15", 10_900, _NEO, genres=_ACTION),
            _made("movie", "The Matrix Revolutions", "2003-11-05", 9_800, _NEO, genres=_ACTION),
            _made("movie", "The Matrix Resurrections", "2021-12-16", 5_900, _NEO, genres=_ACTION),
            # an invented trilogy
            _made(
                *("movie", "The Night Ferry", "1998-03-06", 4_100),
                *(Role(VERA, "Captain Ito"), Role(BRUNO, "The Stowaway"), _DIRECTED, _WROTE),
                genres=_THRILLER,
            ),
            _made(
                *("movie", "The Night Ferry Returns", "2001-09-14", 2_750),
                *(Role(VERA, "Captain Ito"), Role(OTHER_BRUNO, "Sailor #2"), _DIRECTED),
                genres=_THRILLER,
            ),
            _made(
                *("movie", "The Night Ferry: Last Crossing", "2004-12-03", 1_800),
                *(Role(VERA, "Captain Ito / The Pilot"), Role(IRIS, ""), _DIRECTED),
                genres=_THRILLER,
            ),
            # films of one name: far apart in votes; not far; in one year; a year apart
            _made("movie", "Northbound", "1974-05-02", 120),
            _made("movie", "Northbound", "2019-10-11", 15_200, Role(BRUNO, "Himself")),
            _made("movie", "Salt Road", "1961-01-20", 1_100),
            _made("movie", "Salt Road", "2008-08-08", 4_000, Role(OTHER_IRIS, "Ana")),
            _made("movie", "Two Lanterns", "2012-02-02", 640),
            _made("movie", "Two Lanterns", "2012-11-16", 410),
            _made("movie", "Paper Kingdom", "1989-12-22", 900),
            _made("movie", "Paper Kingdom", "1990-06-01", 700),
            # a film and a series of one name
            _made("movie", "The Glass Pier", "1995-04-07", 2_200, Role(VERA, "Ana")),
            _made("tv", "The Glass Pier", "2011-01-09", 1_300, Role(VERA, "Inspector Ana Vidal")),
            # series of one name
            _made("tv", "Harrowgate", "1977-10-02", 95),
            _made("tv", "Harrowgate", "2018-04-13", 2_900, Role(IRIS, "Dr. Harrow"), _WROTE),
            # names that want care: an ampersand, an article, an original title, an accent, no date
            _made("movie", "Salt & Ashes", "1983-07-01", 330),
            _made(
                *("movie", "Song of the Breakwater", "2006-05-19", 560),
                original="A Canção do Quebra-Mar",
                language="pt",
            ),
            _made("movie", "L'Étoile du Café", "1966-10-05", 75, language="fr"),
            _made("movie", "Untitled Breakwater Project", "", 0, Role(VERA, "Ana")),
            # a common word that so many other names have that its own film comes pages later
            _made("movie", "Signal", "1958-01-01", 12, popularity=0.0004),
        ),
        start=FIRST,
    )
)
"""Titles by their number."""

COLLECTIONS: Final[dict[int, Collection]] = {
    10: Collection("Star Wars Collection", (76759, 80684, 86190)),
    119: Collection("The Lord of the Rings Collection", (120737, 167261, 167260)),
    2344: Collection("The Matrix Collection", (133093, FIRST, FIRST + 1, FIRST + 2)),
    700_001: Collection("The Night Ferry Collection", (FIRST + 3, FIRST + 4, FIRST + 5)),
    700_002: Collection("Breakwater Collection", ()),
    700_003: Collection("Namesakes Collection", (FIRST + 6, FIRST + 7)),
    700_004: Collection("Namesakes Collection", (FIRST + 8, FIRST + 9)),
}
"""Collections by their id; some movies, of the sample and drawn, have one of their own, too."""


def collection_of(number: int) -> int | None:
    """Return the id of the collection that one of the titles above is in."""
    if number in TITLES:
        for collection_id, collection in COLLECTIONS.items():
            if number in collection.parts:
                return collection_id
    return None


def heading(seed: int, collection_id: int) -> Json:
    """Return what a movie's details say of its collection."""
    draws = Draws(seed, "collection", collection_id)
    return {
        "id": collection_id,
        "name": COLLECTIONS[collection_id].name,
        "poster_path": image_path(draws),
        "backdrop_path": None if draws.happens(0.2) else image_path(draws),
    }


def famous(seed: int, person_id: int) -> Json:
    """Return the fields common to all mentions of one of `PEOPLE`, in TMDB's order."""
    who = PEOPLE[person_id]
    return {
        "adult": False,
        "gender": who.gender,
        "id": person_id,
        "known_for_department": who.department,
        "name": who.name,
        "original_name": who.name,
        "popularity": who.popularity,
        "profile_path": image_path(Draws(seed, "famous", person_id)),
    }
