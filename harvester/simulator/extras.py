"""The bodies of the endpoints of a movie or a series other than its credits, as values."""

from typing import Any, Final

from harvester.model import MediaType
from harvester.simulator.chance import Draws
from harvester.simulator.identity import Identity
from harvester.simulator.people import image_path
from harvester.simulator.words import KEYWORDS, LANGUAGES, PROVIDERS, SENTENCES, TAGLINES

Json = dict[str, Any]

FIRST_KEYWORD_ID: Final = 800

# A country's certifications of movies; `L`, `TP` and `U` are for all.
_CERTIFICATIONS: Final = {
    "US": ("G", "PG", "PG-13", "R"),
    "BR": ("L", "10", "12", "16"),
    "FR": ("TP", "12", "16"),
    "DE": ("0", "6", "12", "16"),
}
_ELSEWHERE: Final = ("U", "12", "15", "18")
_THEATRICAL, _DIGITAL, _PHYSICAL = 3, 4, 5


def keywords(draws: Draws, identity: Identity, media_type: MediaType) -> Json:
    """Return keywords: a movie's under `keywords` (id first), a series' under `results`."""
    count = draws.within(5, 20) if identity.popular else draws.within(0, 4)
    found = [(FIRST_KEYWORD_ID + KEYWORDS.index(word), word) for word in _words(draws, count)]
    if media_type == "movie":
        return {"keywords": [{"id": number, "name": word} for number, word in found]}
    return {"results": [{"name": word, "id": number} for number, word in found]}


def _words(draws: Draws, count: int) -> list[str]:
    return draws.several(KEYWORDS, count)


def external_ids(draws: Draws, identity: Identity, media_type: MediaType) -> Json:
    """Return the ids on other sites; TMDB has more of them for a series."""
    series: Json = {"freebase_mid": None, "freebase_id": None}
    series |= {"tvdb_id": draws.within(70_000, 420_000), "tvrage_id": None}
    handle = f"title.{identity.number}" if identity.popular else None
    return (
        {"imdb_id": f"tt{identity.number:07d}"}
        | (series if media_type == "tv" else {})
        | {"wikidata_id": f"Q{draws.within(1000, 9_999_999)}" if draws.happens(0.6) else None}
        | {"facebook_id": handle, "instagram_id": handle, "twitter_id": None}
    )


def watch_providers(draws: Draws, identity: Identity, media_type: MediaType) -> Json:
    """Return where to watch, by country: an object, not an array."""
    results: Json = {}
    for country in _some_countries(draws, identity):
        address = f"https://www.themoviedb.org/{media_type}/{identity.tmdb_id}/watch"
        results[country] = {"link": f"{address}?locale={country}"}
        ways = ("buy", "flatrate", "rent") if draws.happens(0.8) else ("ads", "flatrate", "free")
        for way in draws.several(ways, 2):
            results[country][way] = [
                {
                    "logo_path": image_path(draws),
                    "provider_id": 2 + PROVIDERS.index(name),
                    "provider_name": name,
                    "display_priority": PROVIDERS.index(name),
                }
                for name in draws.several(PROVIDERS, 3)
            ]
    return {"results": results}


def _some_countries(draws: Draws, identity: Identity) -> list[str]:
    countries = tuple(country for _, _, country, *_ in LANGUAGES.values())
    return draws.several(countries, 9 if identity.popular else draws.within(0, 2))


def alternative_titles(draws: Draws, identity: Identity, media_type: MediaType) -> Json:
    """Return alternative titles: a movie's under `titles`, a series' under `results`."""
    found = [
        {"iso_3166_1": country, "title": f"{identity.facts.title} ({country})", "type": ""}
        for country in _some_countries(draws, identity)
    ]
    return {"titles" if media_type == "movie" else "results": found}


def translations(draws: Draws, identity: Identity, media_type: MediaType) -> Json:
    """Return the texts in other languages; a translated title is often empty."""
    found = []
    for language, (name, english_name, country, *_) in LANGUAGES.items():
        if not identity.popular and not draws.happens(0.2):
            continue
        text = "" if draws.happens(0.2) else draws.pick(SENTENCES)
        title = "" if draws.happens(0.5) else identity.facts.title
        data: Json = {"homepage": "", "overview": text}
        if media_type == "movie":
            data |= {"runtime": identity.facts.minutes or 0, "tagline": "", "title": title}
        else:
            data = {"name": title, "overview": text, "homepage": ""}
            data["tagline"] = draws.pick(TAGLINES)
        codes = {"iso_3166_1": country, "iso_639_1": language}
        found.append({**codes, "name": name, "english_name": english_name, "data": data})
    return {"translations": found}


def videos(draws: Draws, identity: Identity, media_type: MediaType) -> Json:
    """Return trailers and clips."""
    title = identity.facts.title
    kind = "Trailer" if media_type == "movie" else "Teaser"
    return {
        "results": [
            {
                "iso_639_1": "en",
                "iso_3166_1": "US",
                "name": f"{title} | Official {kind} #{number}",
                "key": draws.hexadecimal(11),
                "site": "YouTube",
                "size": 1080,
                "type": kind,
                "official": draws.happens(0.7),
                "published_at": f"20{draws.within(10, 25)}-06-01T16:00:00.000Z",
                "id": draws.hexadecimal(24),
            }
            for number in range(1, 1 + (draws.within(1, 8) if identity.popular else 0))
        ]
    }


def images(draws: Draws, identity: Identity, _media_type: MediaType) -> Json:
    """Return images; `find` and the details have only one of each."""
    count = draws.within(10, 60) if identity.popular else draws.within(0, 2)
    shapes = {"backdrops": (1920, 1080), "logos": (500, 200), "posters": (1000, 1500)}
    return {
        kind: [
            {
                "aspect_ratio": round(width / height, 3),
                "height": height,
                "iso_639_1": None if draws.happens(0.5) else "en",
                "file_path": image_path(draws),
                "vote_average": draws.decimal(0, 9, 3),
                "vote_count": draws.within(0, 40),
                "width": width,
            }
            for _ in range(count)
        ]
        for kind, (width, height) in shapes.items()
    }


def release_dates(draws: Draws, identity: Identity, _media_type: MediaType) -> Json:
    """Return a movie's releases by country; four of ten have no certification, as recorded."""
    year = identity.facts.year or 1999
    results = []
    for country in _some_countries(draws, identity):
        rated = draws.pick(_CERTIFICATIONS.get(country, _ELSEWHERE))
        kinds = [_THEATRICAL, *draws.several((_DIGITAL, _PHYSICAL), draws.within(0, 1))]
        dates = [
            {
                "certification": "" if draws.happens(0.4) else rated,
                "descriptors": [],
                "iso_639_1": "",
                "note": "",
                "release_date": f"{year + later}-{draws.within(1, 12):02d}"
                f"-{draws.within(1, 28):02d}T00:00:00.000Z",
                "type": kind,
            }
            for later, kind in enumerate(kinds)
        ]
        results.append({"iso_3166_1": country, "release_dates": dates})
    return {"results": results}


def content_ratings(draws: Draws, identity: Identity, _media_type: MediaType) -> Json:
    """Return a series' ratings by country."""
    ratings = ("12", "16", "18+", "TV-MA", "L")
    return {
        "results": [
            {"descriptors": [], "iso_3166_1": country, "rating": draws.pick(ratings)}
            for country in _some_countries(draws, identity)
        ]
    }
