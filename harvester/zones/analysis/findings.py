"""Rows → the one thing a chart shows, in words. A finding that few titles carry is not claimed."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from harvester.pages import Texts
from harvester.pages.numbers import number, percent
from harvester.zones.analysis.questions import Row

FEW = 5
"""Fewer titles than this make no mean worth a headline, where larger groups are at hand."""


def finding(question: str, rows: list[Row], t: Texts) -> str:
    """Return a question's finding, or that there is nothing to find."""
    if not rows:
        return t(f"analysis.{question}.none")
    return FINDINGS[question](rows, t)


def _ratings(rows: list[Row], t: Texts) -> str:
    titles = sum(row["titles"] for row in rows)
    gap = sum(row["gap"] * row["titles"] for row in rows) / titles
    name = "even" if abs(gap) < 0.05 else "imdb" if gap > 0 else "tmdb"  # noqa: PLR2004 - rounds to 0
    return _say(t, f"ratings.{name}", gap=number(abs(gap), t.language, 1), titles=titles)


def _money(rows: list[Row], t: Texts) -> str:
    first = rows[0]
    return _say(
        t,
        "money.finding",
        titles=first["titles"],
        median=number(first["median_times"], t.language, 1),
        best=first["title"],
        times=number(first["times"], t.language, 1),
    )


def _genres(rows: list[Row], t: Texts) -> str:
    leaders: dict[int, Row] = {}
    for row in rows:
        if row["decade"] not in leaders or row["share"] > leaders[row["decade"]]["share"]:
            leaders[row["decade"]] = row
    genre, led = Counter(row["genre"] for row in leaders.values()).most_common(1)[0]
    return _say(t, "genres.finding", genre=genre, led=led, decades=len(leaders))


def _months(rows: list[Row], t: Texts) -> str:
    most, least = max(rows, key=_titles), min(rows, key=_titles)
    return _say(
        t,
        "months.finding",
        most=t(f"month.{most['month']}"),
        share=percent(most["share"], 1, t.language),
        least=t(f"month.{least['month']}"),
        least_share=percent(least["share"], 1, t.language),
    )


def _length(rows: list[Row], t: Texts) -> str:
    source = "TMDB" if any(row["source"] == "TMDB" for row in rows) else "IMDb"
    best = max(
        _many([row for row in rows if row["source"] == source]), key=lambda row: row["rating"]
    )
    low = best["minutes"]
    return _say(
        t,
        "length.finding",
        minutes=f"{low}+" if low == 240 else f"{low}\N{EN DASH}{low + 14}",  # noqa: PLR2004 - see the query
        rating=number(best["rating"], t.language, 1),
        source=source,
        titles=best["titles"],
    )


def _people(rows: list[Row], t: Texts) -> str:
    first = _firsts(rows)
    if len(first) == 1:
        row = rows[0]
        return _say(t, f"people.only_{row['part']}", name=row["name"], titles=row["titles"])
    cast, direction = first["cast"], first["direction"]
    return _say(
        t,
        "people.finding",
        actor=cast["name"],
        acted=cast["titles"],
        director=direction["name"],
        directed=direction["titles"],
    )


def _actresses(rows: list[Row], t: Texts) -> str:
    known = _many(rows)
    first, last = known[0], known[-1]
    name = "actresses.one" if first is last else "actresses.finding"
    return _say(
        t,
        name,
        last=last["decade"],
        last_share=percent(last["share"], 1, t.language),
        first=first["decade"],
        first_share=percent(first["share"], 1, t.language),
    )


def _keywords(rows: list[Row], t: Texts) -> str:
    row = max(_many(rows), key=lambda row: row["times"])
    return _say(
        t,
        "keywords.finding",
        keyword=row["keyword"],
        genre=row["genre"],
        share=percent(row["share"], 1, t.language),
        times=number(row["times"], t.language, 1),
    )


def _places(rows: list[Row], t: Texts) -> str:
    first = _firsts(rows)
    if len(first) == 1:
        row = rows[0]
        share = percent(row["share"], 1, t.language)
        return _say(t, f"places.only_{row['part']}", name=row["name"], share=share)
    return _say(
        t,
        "places.finding",
        country=first["country"]["name"],
        country_share=percent(first["country"]["share"], 1, t.language),
        language=first["language"]["name"],
        language_share=percent(first["language"]["share"], 1, t.language),
    )


def _going(rows: list[Row], t: Texts) -> str:
    parts = []
    states = [row for row in rows if row["part"] == "status"]
    if states:
        running = sum(row["titles"] for row in states if row["name"] == "Returning Series")
        parts.append(_say(t, "going.series", running=running, series=int(states[0]["all_titles"])))
    franchises = [row for row in rows if row["part"] == "franchise"]
    if franchises:
        first = franchises[0]
        parts.append(_say(t, "going.franchise", name=first["name"], titles=first["titles"]))
    return "; ".join(parts)


def _say(t: Texts, text: str, /, **values: Any) -> str:
    """Return a finding, its whole numbers written as the language does, years as they are."""
    return t(
        f"analysis.{text}",
        **{
            key: number(value, t.language)
            if isinstance(value, int) and key not in _YEARS
            else value
            for key, value in values.items()
        },
    )


_YEARS = ("first", "last")


def _many(rows: list[Row]) -> list[Row]:
    """Return the rows of many titles, or all when none is."""
    return [row for row in rows if row["titles"] >= FEW] or rows


def _firsts(rows: list[Row]) -> dict[str, Row]:
    by_part: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_part[row["part"]].append(row)
    return {part: some[0] for part, some in by_part.items()}


def _titles(row: Row) -> int:
    titles: int = row["titles"]
    return titles


FINDINGS: dict[str, Callable[[list[Row], Texts], str]] = {
    "ratings": _ratings,
    "money": _money,
    "genres": _genres,
    "months": _months,
    "length": _length,
    "people": _people,
    "actresses": _actresses,
    "keywords": _keywords,
    "places": _places,
    "going": _going,
}
