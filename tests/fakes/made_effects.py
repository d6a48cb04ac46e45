"""A star of some hundred titles in which every question of the analysis has an effect, or none.

Where there is none, what is compared is equal by the numbers: counts are even, and values are the
same ones in another order. No id is one of the small star's, so the two can be put together.
"""

import random
from datetime import date, datetime
from typing import Any

from made_star import Star

MOVIES, SERIES = 480, 70
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def star_of(*, effect: bool) -> Star:
    """Return the star; the same one each time."""
    chance = random.Random(1)
    titles, facts = _titles(chance, effect=effect)
    ids = [row["title_id"] for row in titles]
    genres = [row.pop("genre") for row in titles]
    return {
        "dim_title": titles,
        "fact_title": facts,
        "fact_rating": _opinions(chance, ids, effect=effect),
        "bridge_title_genre": [
            {"title_id": id_, "genre": genre, "in_imdb": False, "in_tmdb": True}
            for id_, genre in zip(ids, genres, strict=True)
        ],
        "dim_keyword": [{"keyword_id": 10 + n, "keyword": f"word {n}"} for n in range(6)],
        "bridge_title_keyword": [
            {"title_id": id_,
             "keyword_id": 10 if effect and genre == "Drama" and n % 2 else 10 + n % 6}
            for n, (id_, genre) in enumerate(zip(ids, genres, strict=True))
        ],
        "dim_country": [{"country_code": code, "country": code * 2} for code in ("AA", "BB")],
        "bridge_title_country": [
            {"title_id": id_, "country_code": "BB" if n % (4 if effect else 2) == 0 else "AA",
             "is_origin": True, "is_production": False}
            for n, id_ in enumerate(ids)
        ],
        "title_history": _history(ids[:100], rising=80 if effect else 50),
        **_credits(chance, titles[:MOVIES], effect=effect),
    }  # fmt: skip


def _titles(chance: random.Random, *, effect: bool) -> tuple[list[dict[str, Any]], Any]:
    months = [n % 12 + 1 for n in range(MOVIES)]
    if effect:
        months = [10 if n % 5 == 0 else month for n, month in enumerate(months)]
    chance.shuffle(months)
    lengths = [60 + n % 120 for n in range(MOVIES)]
    rated = [3 + 6 * n / MOVIES for n in range(MOVIES)]
    chance.shuffle(lengths)
    chance.shuffle(rated)
    others = [*rated]
    chance.shuffle(others)
    titles, facts = [], []
    for n in range(MOVIES):
        year = 1990 + n % 20
        genre = "Drama" if n // 20 % 4 < (3 if effect else 2) else "Crime"
        rating = rated[n]
        if effect:
            rating = rating / 3 + (lengths[n] - 120) / 30 + (4 if genre == "Drama" else 3)
            rating += 2.5 if n % 24 == 0 else 0
        titles.append({
            "title_id": f"tt{n + 100:07d}", "kind": "movie", "title": f"T{n}", "in_csv": True,
            "outcome": "harvested", "year": year, "genre": genre,
            "release_date": date(year, months[n], 1 + n % 28),
            "original_language": "en" if n % 2 else "fr",
            "collection": _collection(n, effect=effect),
            "collection_id": (0 if effect and n < 6 else n) if n < 30 else None,
        })  # fmt: skip
        known = year >= 2000 if effect else n // 20 % 2 == 0
        facts.append({
            "title_id": f"tt{n + 100:07d}", "tmdb_rating": rating,
            "tmdb_votes": 300 if n % 24 == 0 else 100 + n % 7,
            "imdb_rating": rating + 0.5 + n % 3 / 10 if effect else others[n],
            "runtime_minutes": lengths[n], "revenue": 2_000_000 if n % 4 else 500_000,
            "budget": (1_000_000 if effect or n < 40 else 5_000) if known else None,
        })  # fmt: skip
    for n in range(MOVIES, MOVIES + SERIES):
        day = DAYS[4 if effect and n % 2 else n % 7]
        hour = "21:00" if effect else f"{n // 7 % 10 + 10}:00"
        titles.append({
            "title_id": f"tt{n + 100:07d}", "kind": "series", "title": f"S{n}",
            "outcome": "harvested", "genre": "Drama", "air_days": day, "air_time": hour,
            "status": "Returning Series" if n % 7 < 2 else "Ended", "in_csv": True,
        })  # fmt: skip
        facts.append({"title_id": f"tt{n + 100:07d}"})
    return titles, facts


def _collection(n: int, *, effect: bool) -> str | None:
    if n >= 30:
        return None
    return "Saga" if effect and n < 6 else f"C{n}"


def _opinions(chance: random.Random, ids: list[str], *, effect: bool) -> list[dict[str, Any]]:
    critics = [20.0 + n % 60 for n in range(240)]
    chance.shuffle(critics)
    audience = [value - 10 + n % 4 for n, value in enumerate(critics)]
    if not effect:
        audience = [*critics]
        chance.shuffle(audience)
    return [
        {"title_id": ids[n], "source": source, "value": value, "given_by": "x"}
        for n in range(240)
        for source, value in (("Metacritic", critics[n]), ("IMDb", audience[n]))
    ]


def _history(ids: list[str], *, rising: int) -> list[dict[str, Any]]:
    return [
        {
            "title_id": id_,
            "column_name": "popularity",
            "value": value,
            "valid_from": datetime(2026, 11, day, 7),  # noqa: DTZ001 - naive in Parquet
        }
        for n, id_ in enumerate(ids)
        for day, value in ((23, "10"), (24, str(11 + n) if n < rising else str(9 - n / 100)))
    ]


def _credits(
    chance: random.Random, titles: list[dict[str, Any]], *, effect: bool
) -> dict[str, list[dict[str, Any]]]:
    """Give each title four billed, all of them once, and one of 24 directors."""
    people = [{"person_id": 501 + n, "name": f"Director {n:02}"} for n in range(24)]
    people.append({"person_id": 99, "name": "Ana", "gender": None})
    casts = []
    women = [1, 2, 3, 2] * (len(titles) // 4)
    chance.shuffle(women)
    for n, title in enumerate(titles):
        of_them = women[n]
        if effect:
            of_them = 1 + n % 2 if title["year"] < 2000 else 2 + n // 20 % 2
        for billing in range(4):
            person = 1_000 + 4 * n + billing
            gender = "female" if billing < of_them else "male"
            people.append({"person_id": person, "name": f"P{person}", "gender": gender})
            casts.append(_credit(title, person, billing))
        casts.append(_credit(title, 501 + n % 24, None))
        if effect and n < 7:
            casts.append(_credit(title, 99, 5))
    return {"dim_person": people, "fact_cast": casts}


def _credit(title: dict[str, Any], person: int, billing: int | None) -> dict[str, Any]:
    return {
        "title_id": title["title_id"],
        "person_id": person,
        "role": "crew" if billing is None else "cast",
        "job": "Director" if billing is None else "Actor",
        "billing": billing,
    }
