"""What an id resolves to in the simulated TMDB: nothing, a movie, a series, both, neither.

A TMDB id here is the IMDb number itself, so that no state is needed to answer a request. A few
titles of the sample have their real TMDB id, too. IMDb has no number of nine digits, so these are
those of made titles (`showcase`, `shelf`), and from 600,000,000 on second IMDb ids of other titles.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from harvester.model import MediaType
from harvester.sample import SAMPLE
from harvester.simulator import shelf, showcase
from harvester.simulator.chance import Draws, uniform
from harvester.simulator.facts import TitleFacts
from harvester.simulator.words import (
    ADJECTIVES,
    ENGLISH_PATTERNS,
    GENRES,
    LANGUAGES,
    NOUNS,
)

What = Literal["movie", "tv", "episode", "person"]

NOTHING: Final[frozenset[What]] = frozenset()

# (cumulative share of ids, their kinds): 10 % none, 1 % both, 1 % an episode, 0.5 % a person
ODD_KINDS: Final[tuple[tuple[float, frozenset[What]], ...]] = (
    (0.10, NOTHING),
    (0.11, frozenset({"movie", "tv"})),
    (0.12, frozenset({"episode"})),
    (0.125, frozenset({"person"})),
)
MOVIE_SHARE: Final = 0.85  # of the rest
POPULAR_SHARE: Final = 0.08
POPULAR_VOTES: Final = 500

# In the sample: titles that TMDB lacks, movies of the CSV that TMDB has as series, and one that it
# has as an episode.
SAMPLE_ODDITIES: Final[dict[int, frozenset[What]]] = {
    **dict.fromkeys((502, 112641, 2245924, 1723760), NOTHING),
    **dict.fromkeys((5491994, 7366338), frozenset[What]({"tv"})),
    102070: frozenset({"episode"}),
}

REAL_IDS: Final[dict[tuple[MediaType, int], int]] = {
    ("movie", 278): 111161,
    ("movie", 680): 110912,
    ("tv", 1396): 903747,
    ("tv", 1399): 944947,
}
"""TMDB's own ids of titles of the sample, such as https://www.themoviedb.org/movie/278, and their
IMDb numbers."""

FIRST_SECOND_ID: Final = 600_000_000
"""`tt600111161` is a second IMDb id of the title that TMDB knows as tt0111161."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What one IMDb number is; without any kinds, TMDB does not know it.

    `tmdb_id` is the id by which its bodies are asked for.
    """

    number: int
    facts: TitleFacts
    kinds: frozenset[What]
    popular: bool
    tmdb_id: int

    def is_a(self, what: What) -> bool:
        """Return whether TMDB has a movie (a series, an episode, a person) with this number."""
        return what in self.kinds


@lru_cache(maxsize=8_192)
def identify(seed: int, number: int) -> Identity:
    """Return what the IMDb number is, in the data generated from `seed`."""
    if number >= FIRST_SECOND_ID:
        return _identify_reserved(seed, number)
    known = sample().get(number)
    if known is not None:
        media_type, facts = known
        kinds = SAMPLE_ODDITIES.get(number, frozenset[What]({media_type}))
        return Identity(number, facts, kinds, popular=True, tmdb_id=number)
    return _drawn(seed, number)


def identify_title(seed: int, media_type: MediaType, tmdb_id: int) -> Identity:
    """Return what a TMDB id is: a number of IMDb, or else one of the `REAL_IDS`.

    What `find` gives an id to keeps it: a real id counts only where there would be no title.
    """
    own = identify(seed, tmdb_id)
    if own.tmdb_id != tmdb_id:  # a second IMDb id is no id of TMDB
        return replace(own, tmdb_id=tmdb_id, kinds=NOTHING)
    number = REAL_IDS.get((media_type, tmdb_id))
    if number is None or own.is_a(media_type):
        return own
    return replace(identify(seed, number), tmdb_id=tmdb_id)


def _identify_reserved(seed: int, number: int) -> Identity:
    if number < showcase.FIRST:
        return identify(seed, number - FIRST_SECOND_ID)
    made = showcase.TITLES.get(number)
    if made is not None and made.facts.told is not None:
        popular = made.facts.told.votes >= POPULAR_VOTES
        return Identity(number, made.facts, frozenset({made.media_type}), popular, number)
    place = shelf.shelved(number)
    if place is not None:
        facts = shelf.facts_of(seed, *place)
        return Identity(number, facts, frozenset({place[0]}), popular=False, tmdb_id=number)
    return _drawn(seed, number)


def _drawn(seed: int, number: int) -> Identity:
    popular = uniform(seed, "popular", number) < POPULAR_SHARE
    return Identity(number, _invent(seed, number), _kinds(seed, number), popular, tmdb_id=number)


def _kinds(seed: int, number: int) -> frozenset[What]:
    share = uniform(seed, "kind", number)
    for below, kinds in ODD_KINDS:
        if share < below:
            return kinds
    return frozenset({"movie" if uniform(seed, "movie", number) < MOVIE_SHARE else "tv"})


def _invent(seed: int, number: int) -> TitleFacts:
    draws = Draws(seed, "facts", number)
    language = "en" if draws.happens(0.6) else draws.pick(tuple(LANGUAGES))
    title = draws.pick(ENGLISH_PATTERNS).format(
        adjective=draws.pick(ADJECTIVES), noun=draws.pick(NOUNS), other=draws.pick(NOUNS)
    )
    *_, parts, joiner = LANGUAGES[language]
    original = title if language == "en" else joiner.join((draws.pick(parts), draws.pick(parts)))
    return TitleFacts(
        title=title,
        original_title=original,
        language=language,
        year=draws.within(1930, 2025) if draws.happens(0.97) else None,
        minutes=draws.within(60, 170) if draws.happens(0.9) else None,
        genres=tuple(draws.several(tuple(GENRES), draws.within(0, 3))),
    )


@lru_cache(maxsize=1)
def sample() -> dict[int, tuple[MediaType, TitleFacts]]:
    """Read the facts of each title from the bundled CSVs; a title in both is a series."""
    known: dict[int, tuple[MediaType, TitleFacts]] = {}
    for kind, path in SAMPLE.items():
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        columns = header.split("|")
        for line in lines:
            row = dict(zip(columns, line.split("|"), strict=False))
            number = row["id"].removeprefix("tt")
            if len(row) == len(columns) and number.isdecimal():
                known[int(number)] = ("movie" if kind == "movie" else "tv", _facts(row))
    return known


def _facts(row: dict[str, str]) -> TitleFacts:
    year, minutes, genres = row["anoLancamento"], row["tempoMinutos"], row["genero"]
    original = row["tituloOriginal"]
    return TitleFacts(
        title=row["tituloPincipal"],
        original_title=original,
        language=_language_of(original),
        year=int(year) if year.isdecimal() else None,
        minutes=int(minutes) if minutes.isdecimal() else None,
        genres=tuple(genre for genre in genres.split(",") if genre in GENRES),
    )


def _language_of(text: str) -> str:
    """Guess the language by its script; Latin script counts as English."""
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return "ja"
    if any("\uac00" <= letter <= "\ud7a3" for letter in text):
        return "ko"
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"
