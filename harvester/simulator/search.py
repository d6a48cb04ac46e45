"""`/search/movie`, `/search/tv`, `/search/person` and `/search/collection`.

A name is found by whole words, all of which it has; accents, case and punctuation don't count.
The most popular comes first, so that an exact name may stand pages later.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.catalogue import Entry, catalogue
from harvester.simulator.collection import collection_item, listed_collections
from harvester.simulator.details import details_body
from harvester.simulator.filmography import found_person, listed_people
from harvester.simulator.identity import identify
from harvester.simulator.items import SEARCHED, item
from harvester.simulator.paging import page_of

Json = dict[str, Any]
Index = dict[str, set[int]]

_WORD: Final = re.compile(r"[^\W_]+")
_APOSTROPHES: Final = "'\u2019"
_YEAR: Final = re.compile(r"[0-9]{4}")


def words_of(name: str) -> frozenset[str]:
    """Return the words of a name, without case, accents and punctuation."""
    return frozenset().union(*map(_words_in, name.split()))


@lru_cache(maxsize=4_096)
def _words_in(piece: str) -> frozenset[str]:
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", piece.casefold())
        if not unicodedata.combining(letter) and letter not in _APOSTROPHES
    )
    return frozenset(_WORD.findall(plain))


def search_titles(
    seed: int, population: int, media_type: MediaType, parameters: Mapping[str, str]
) -> Json:
    """Return a page of the titles with this name, of this year if one is asked for."""
    exact = "primary_release_year" if media_type == "movie" else "first_air_date_year"
    found = _titles(
        *(seed, population, media_type, words_of(parameters["query"])),
        *(_year(parameters.get(exact, "")), _year(parameters.get("year", ""))),
        adult=parameters.get("include_adult") == "true",
    )
    page = int(parameters.get("page", "1"))
    return page_of(found, page, lambda number: item(seed, media_type, number, SEARCHED))


def search_people(seed: int, population: int, parameters: Mapping[str, str]) -> Json:
    """Return a page of the people with this name, with what they are known for."""
    people = listed_people(seed)
    places = _having(_index_of_people(seed), words_of(parameters["query"]))
    found = sorted(
        (people[place] for place in places), key=lambda who: (-who["popularity"], who["id"])
    )
    page = int(parameters.get("page", "1"))
    return page_of(found, page, lambda who: found_person(seed, population, who))


def search_collections(seed: int, parameters: Mapping[str, str]) -> Json:
    """Return a page of the collections with this name."""
    wanted = words_of(parameters["query"])
    found = [
        collection_id
        for collection_id, name in listed_collections(seed).items()
        if wanted and wanted <= words_of(name)
    ]
    page = int(parameters.get("page", "1"))
    return page_of(found, page, lambda collection_id: collection_item(seed, collection_id))


@lru_cache(maxsize=64)
def _titles(
    seed: int,
    population: int,
    media_type: MediaType,
    wanted: frozenset[str],
    released: str,
    year: str,
    *,
    adult: bool,
) -> tuple[int, ...]:
    entries = catalogue(seed, media_type, population)
    places = _having(_index_of_titles(seed, media_type, population), wanted)
    found = [entries[place] for place in places if adult or not entries[place].adult]
    if released:
        found = [entry for entry in found if entry.date.startswith(released)]
    if year:
        found = [entry for entry in found if _has_year(seed, media_type, entry, year)]
    found.sort(key=lambda entry: (-entry.popularity, entry.number))
    return tuple(entry.number for entry in found)


def _has_year(seed: int, media_type: MediaType, entry: Entry, year: str) -> bool:
    """`year` is the year of a series' first date or of any of its episodes."""
    if not entry.date or media_type == "movie":
        return entry.date.startswith(year)
    last: str = details_body(seed, identify(seed, entry.number), "tv")["last_air_date"]
    return entry.date[:4] <= year <= last[:4]


def _year(text: str) -> str:
    """Return a year; TMDB ignores what is none."""
    return text if _YEAR.fullmatch(text) else ""


@lru_cache(maxsize=4)
def _index_of_titles(seed: int, media_type: MediaType, population: int) -> Index:
    entries = catalogue(seed, media_type, population)
    return _index((entry.title, entry.original_title) for entry in entries)


@lru_cache(maxsize=2)
def _index_of_people(seed: int) -> Index:
    return _index((who["name"], who["original_name"]) for who in listed_people(seed))


def _index(names: Iterable[tuple[str, str]]) -> Index:
    index: Index = defaultdict(set)
    for place, (name, original) in enumerate(names):
        for word in words_of(name) | (words_of(original) if original != name else frozenset()):
            index[word].add(place)
    return dict(index)


def _having(index: Index, wanted: frozenset[str]) -> set[int]:
    """Return the places of the names that have all of the words."""
    if not wanted:
        return set()
    return set.intersection(*(index.get(word, set()) for word in wanted))
