"""Whatever TMDB may send: what came in is what came out, rejects included."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.zones.engines import Engine
from harvester.zones.trusted.endpoints.columns import OUTSIDE_BODY
from harvester.zones.trusted.endpoints.endpoint import Endpoint
from harvester.zones.trusted.endpoints.tmdb import TMDB
from harvester.zones.trusted.endpoints.tmdb.credits import MOVIE_CREDITS
from harvester.zones.trusted.endpoints.tmdb.details import MOVIE_DETAILS
from harvester.zones.trusted.endpoints.tmdb.keywords import SERIES_KEYWORDS
from harvester.zones.trusted.records import items_in, of_run, transform

pytestmark = pytest.mark.slow  # each builds zones, or far more than a build reads

_SETTINGS = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
_ANY: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70).filter(lambda n: -(2**63) <= n < 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT
    | st.sampled_from(["", "1999-02-30", "0000-00-00", "2001-01-01", "null", "[", '"']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=4,
)
_KEYS = sorted({column.source for column in MOVIE_DETAILS.table.columns} - {*OUTSIDE_BODY})
_GOOD = {"id": 1, "title": "A", "budget": 5, "genres": [{"id": 1, "name": "g"}]}
_DETAILS = st.dictionaries(st.sampled_from([*_KEYS, "new"]), _ANY, max_size=4).map(
    lambda wrong: _GOOD | wrong
)
_ITEM = st.dictionaries(st.sampled_from(["id", "name", "order", "job", "new"]), _ANY) | st.just(
    {"id": 3, "credit_id": "c", "name": "n"}
)
_ARRAY = st.lists(_ITEM | _ANY, max_size=4) | _ANY


def _records(engine: Engine, folder: Path, bodies: list[Any]) -> Any:
    path = folder / "records.json"
    path.write_bytes(
        orjson.dumps(
            [
                {
                    "imdb_id": f"tt{number:07d}",
                    "tmdb_id": number,
                    "media_type": "movie",
                    "language": None,
                    "fetched_at": "2026-11-24T07:00:00Z",
                    "response": body,
                }
                for number, body in enumerate(bodies)
            ]
        )
    )
    return of_run(engine.records([str(path)], TMDB.record), "20261124-00000000", synthetic=False)


def _counts(engine: Engine, endpoint: Endpoint, records: Any) -> dict[str, int]:
    made = transform(engine, endpoint, records)
    counts: dict[str, Any] = engine.rows(made.counts())[0]
    assert len(engine.rows(made.rows)) == counts["rows"]
    rejects = engine.rows(made.rejects(TMDB.rejects))
    assert len(rejects) == counts["rejected_items"] + counts["rejected_records"]
    assert all(reject["reason"] and reject["value"] is not None for reject in rejects)
    return {name: int(count) for name, count in counts.items()}


@_SETTINGS
@given(st.lists(_DETAILS, min_size=1, max_size=12))
def test_every_record_of_details_is_a_row_or_a_reject(
    engine: Engine, tmp_path: Path, bodies: list[Any]
) -> None:
    """Fields missing, null, of another type or unknown: records in = rows + rejects."""
    counts = _counts(engine, MOVIE_DETAILS, _records(engine, tmp_path, bodies))
    assert counts["rows"] + counts["rejected_records"] == len(bodies)
    assert counts["rejected_items"] == 0


@pytest.mark.parametrize(
    ("endpoint", "names"),
    [(MOVIE_CREDITS, ("cast", "crew")), (SERIES_KEYWORDS, ("keywords", "results"))],
    ids=["credits", "keywords"],
)
@_SETTINGS
@given(data=st.data())
def test_every_item_is_a_row_or_a_reject(
    engine: Engine, tmp_path: Path, endpoint: Endpoint, names: tuple[str, str], data: st.DataObject
) -> None:
    """Items in = rows + rejected items, and a value that is not an array rejects the record."""
    body = st.fixed_dictionaries({}, optional=dict.fromkeys(names, _ARRAY))
    bodies = data.draw(st.lists(body, min_size=1, max_size=12))
    arrays = [one[name] for one in bodies for name in names if one.get(name) is not None]
    records = _records(engine, tmp_path, bodies)
    counts = _counts(engine, endpoint, records)
    items = sum(len(array) for array in arrays if isinstance(array, list))
    assert counts["rows"] + counts["rejected_items"] == items
    assert counts["rejected_records"] == sum(not isinstance(array, list) for array in arrays)
    (counted,) = engine.rows(items_in(engine.json, endpoint, records))[0].values()
    assert counted == items
