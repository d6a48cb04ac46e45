"""What a title was, from when to when: one row a value, out of all dates."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ibis
import pytest
from made_lake import Made, make, table

from harvester.stores import open_store
from harvester.zones.built import Built
from harvester.zones.engines import open_engine
from harvester.zones.refined.build import build_refined
from harvester.zones.refined.history import COLUMNS, history_checks
from harvester.zones.refined.tables import DIM_TITLE, FACT_TITLE
from harvester.zones.trusted.build import build_trusted

pytestmark = pytest.mark.slow  # each builds zones, or far more than a build reads

HISTORY = "Refined/Parquet/title_history"
STATE = Path("l/Refined/Parquet/_build.json")


def _at(day: int, hour: int = 7, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, 0, second, tzinfo=UTC).replace(tzinfo=None)


def _made(at: datetime, *, language: str | None = None, media: Any = "movie", **body: Any) -> Made:
    """Return a title with these details, answered at a moment."""
    details = {"details": {"id": 1, "title": "A", **body}}
    moment = f"{at:%Y-%m-%dT%H:%M:%S}Z"
    return Made("tt0000001", media, 1, details, language=language, fetched_at=moment)


async def _lake(*runs: tuple[int, list[Made]]) -> dict[str, list[tuple[Any, ...]]]:
    """Build a lake of these runs, each with the day it was planned for; return the history."""
    for number, (day, made) in enumerate(runs):
        run = f"202611{day:02d}-{number:08x}"
        await make(Path("l"), made, run=run, day=date(2026, 11, day))
    assert not (await _build()).breaches
    return _history()


async def _build() -> Built:
    async with open_store("l") as store:
        assert not (await build_trusted(store, "duckdb", rebuild=False)).breaches
        return await build_refined(store, "duckdb", rebuild=False)


def _history() -> dict[str, list[tuple[Any, ...]]]:
    """Return value, from and to by column, in order of time."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    rows = table(Path("l"), HISTORY)
    for row in sorted(rows, key=lambda row: str(row["valid_from"])):
        assert (row["title_id"], row["imdb_id"]) == ("tt0000001", "tt0000001")
        times = (row["value"], row["valid_from"], row["valid_to"])
        found.setdefault(row["column_name"], []).append(times)
    return found


async def test_only_a_changed_value_opens_a_row() -> None:
    """Three dates: votes that rise once, a status that comes back, a popularity that stays."""
    found = await _lake(
        (23, [_made(_at(23), vote_count=10, vote_average=7.5, status="Planned", popularity=2.5)]),
        (24, [_made(_at(24), vote_count=10, vote_average=7.5, status="Released", popularity=2.5)]),
        (25, [_made(_at(25), vote_count=12, vote_average=7.5, status="Planned", popularity=2.5)]),
    )
    assert found == {
        "tmdb_votes": [("10", _at(23), _at(25)), ("12", _at(25), None)],
        "tmdb_rating": [("7.5", _at(23), None)],
        "status": [
            ("Planned", _at(23), _at(24)),
            ("Released", _at(24), _at(25)),
            ("Planned", _at(25), None),
        ],
        "popularity": [("2.5", _at(23), None)],
    }


@pytest.mark.slow
async def test_what_becomes_known_and_unknown_are_changes() -> None:
    """TMDB's 0 is an unknown; a column that never had a value has no row."""
    found = await _lake(
        (23, [_made(_at(23), budget=0, runtime=90, revenue=0, release_date="2026-12-01")]),
        (24, [_made(_at(24), budget=5_000_000, runtime=0, revenue=0, release_date="2027-01-01")]),
    )
    assert found == {
        "budget": [(None, _at(23), _at(24)), ("5000000", _at(24), None)],
        "runtime_minutes": [("90", _at(23), _at(24)), (None, _at(24), None)],
        "release_date": [("2026-12-01", _at(23), _at(24)), ("2027-01-01", _at(24), None)],
    }


@pytest.mark.slow
async def test_the_columns_of_a_series() -> None:
    """Seasons, episodes, whether more is made, and the newest episode."""
    series: dict[str, Any] = {"media": "tv", "original_name": "S", "episode_run_time": [45, 50]}
    found = await _lake(
        (23, [_made(_at(23), number_of_seasons=1, number_of_episodes=8, in_production=True,
                    last_air_date="2026-11-01", first_air_date="2026-10-01", **series)]),
        (24, [_made(_at(24), number_of_seasons=1, number_of_episodes=9, in_production=False,
                    last_air_date="2026-11-24", first_air_date="2026-10-01", **series)]),
    )  # fmt: skip
    assert found == {
        "seasons": [("1", _at(23), None)],
        "episodes": [("8", _at(23), _at(24)), ("9", _at(24), None)],
        "in_production": [("true", _at(23), _at(24)), ("false", _at(24), None)],
        "last_air_date": [("2026-11-01", _at(23), _at(24)), ("2026-11-24", _at(24), None)],
        "release_date": [("2026-10-01", _at(23), None)],
        "original_title": [("S", _at(23), None)],
        "runtime_minutes": [("45", _at(23), None)],
    }


@pytest.mark.slow
async def test_languages_add_no_changes() -> None:
    """Two languages, within a second and after it: texts of a language are not followed."""
    english = [_made(_at(day), language="en-US", status="Released") for day in (23, 24)]
    other = [
        _made(_at(23), language="pt-BR", status="Released", title="O"),
        _made(_at(24, second=1), language="pt-BR", status="Released", title="O"),
    ]
    found = await _lake((23, [english[0], other[0]]), (24, [english[1], other[1]]))
    assert found == {"status": [("Released", _at(23), None)]}


@pytest.mark.slow
async def test_two_records_of_one_second_are_one() -> None:
    """The one of the date that counts stands, so that no value lasts no time."""
    found = await _lake(
        (23, [_made(_at(22), status="Planned"), _made(_at(25), language="x", status="Rumored")]),
        (25, [_made(_at(25), status="Released")]),
    )
    assert found == {
        "status": [("Planned", _at(22), _at(25)), ("Released", _at(25), None)],
    }


@pytest.mark.slow
async def test_what_was_fetched_later_follows_though_planned_earlier() -> None:
    """A run that was finished after the next one: the moments of the answers count."""
    found = await _lake((23, [_made(_at(26), vote_count=3)]), (24, [_made(_at(24), vote_count=2)]))
    assert found["tmdb_votes"] == [("2", _at(24), _at(26)), ("3", _at(26), None)]


@pytest.mark.slow
async def test_a_number_is_a_text_without_an_exponent() -> None:
    """Every engine writes it alike; one beyond all sense is an unknown, and no error."""
    numbers = (28.2547, 100.0, 0.0004, 1e-7, 0, 1e15)
    runs = [(n, [_made(_at(n), popularity=number)]) for n, number in enumerate(numbers, 20)]
    found = await _lake(*runs)
    values = [value for value, _, _ in found["popularity"]]
    assert values == ["28.2547", "100", "0.0004", "0", None]


@pytest.mark.slow
async def test_a_new_date_extends_it_and_an_older_zone_is_built_anew() -> None:
    """Nothing but `trusted` and `refined` is needed, and the same lake gives the same rows."""
    await _lake((23, [_made(_at(23), vote_count=1)]))
    found = await _lake((24, [_made(_at(24), vote_count=2)]))
    assert found["tmdb_votes"] == [("1", _at(23), _at(24)), ("2", _at(24), None)]
    assert not (await _build()).built
    for path in (STATE, Path("l/Trusted/_build.json")):
        content = json.loads(path.read_bytes())
        path.write_text(json.dumps(content | {"declared": "an older harvester's"}), "utf-8")
    for file in (Path("l") / HISTORY).iterdir():
        file.unlink()
    assert (await _build()).built
    assert _history() == found


def test_its_columns_are_those_of_the_star() -> None:
    """A name in `column_name` is one of `fact_title` or `dim_title`."""
    known = {column.name for table in (DIM_TITLE, FACT_TITLE) for column in table.columns}
    assert set(COLUMNS) <= known
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_its_checks_can_fail(tmp_path: Path) -> None:
    """Two current values of a column, none, and a value that ends before it begins."""
    rows = [
        ("tt1", "status", _at(23), None),
        ("tt1", "status", _at(24), None),
        ("tt2", "status", _at(23), _at(24)),
        ("tt3", "status", _at(23), _at(23)),
        ("tt3", "status", _at(23), None),
        ("tt4", "status", _at(23), None),
    ]
    names = ("title_id", "column_name", "valid_from", "valid_to")
    with open_engine("duckdb", tmp_path) as engine:
        kinds = dict(zip(names, ("string", "string", "timestamp", "timestamp"), strict=True))
        made = ibis.memtable([dict(zip(names, row, strict=True)) for row in rows], schema=kinds)
        found = {check.name: check for check in history_checks(engine, made)}
    assert {name: (check.found, check.breach) for name, check in found.items()} == {
        "columns without one current value": (2, True),
        "valid_to not after valid_from": (1, True),
    }
