"""A title is gone when TMDB said so twice, a day apart, since it last had it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_lake import Made, make, table

from harvester.lake.documents.outcomes import OutcomeRow
from harvester.lake.title_ids import pack
from harvester.model import OutcomeName
from harvester.run.lake_state.state import LakeState
from harvester.stores import open_store
from harvester.zones.engines import Engine
from harvester.zones.refined.build import build_refined
from harvester.zones.refined.gone import gone_titles
from harvester.zones.trusted.build import build_trusted

T = 1_795_500_000
DAY = 86_400
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("title_id", "dt", "run", "outcome", "reason")]
    + [("fetched_at", pa.timestamp("us"))]
)
WHATS: tuple[tuple[OutcomeName, str | None], ...] = (
    ("harvested", None),
    ("failed", "details: http_500"),
    ("failed", "gone"),
    ("unmatched", "not_found"),
    ("unmatched", "only_tv_episode"),
)
HARVESTED, FAILED, GONE, NOT_FOUND, EPISODE = WHATS
Sequence = list[tuple[tuple[OutcomeName, str | None], int]]
_SEQUENCE = st.lists(
    st.tuples(st.sampled_from(WHATS), st.sampled_from([0, 3_600, DAY - 1, DAY, DAY + 1])),
    min_size=1,
    max_size=8,
)
"""Outcomes, each with the seconds since the one before; some of them within one second."""


def _gone(engine: Engine, folder: Path, sequences: list[Sequence]) -> dict[str, int]:
    """Return when each title is gone by Refined's rule, in seconds; one outcome a date."""
    rows = []
    for number, sequence in enumerate(sequences):
        at = T
        for place, ((outcome, reason), gap) in enumerate(sequence):
            at += gap
            rows.append(
                {
                    "title_id": f"tt{number:07d}",
                    "dt": f"2026-01-{place + 1:02d}",
                    "run": f"202601{place + 1:02d}-a",
                    "outcome": outcome,
                    "reason": reason,
                    "fetched_at": datetime.fromtimestamp(at, UTC).replace(tzinfo=None),
                }
            )
    path = folder / "outcomes.parquet"
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), path)
    found: list[dict[str, Any]] = engine.rows(gone_titles(engine.parquet(str(path))))
    gone = {row["title_id"]: row["gone_at"].replace(tzinfo=UTC) for row in found}
    assert len(gone) == len(found)
    return {title: int(moment.timestamp()) for title, moment in gone.items()}


def _by_lake_state(sequence: Sequence) -> int | None:
    """Return since when the state of a lake says that a title is gone, and went on saying so."""
    lake, at, since = LakeState(("details",)), T, None
    for (outcome, reason), gap in sequence:
        at += gap
        row = OutcomeRow(pack("tt0000001"), pack("tt0000001"), None, None, outcome, reason, at)
        lake.add(row, ("details",))
        known = lake.get("tt0000001")
        assert known is not None
        since = (since or at) if known.is_gone else None
    return since


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_SEQUENCE, min_size=1, max_size=40))
def test_it_says_what_the_state_of_the_lake_says(
    engine: Engine, tmp_path: Path, sequences: list[Sequence]
) -> None:
    """Whatever outcomes follow each other: the same titles are gone, since the same second."""
    expected = {
        f"tt{number:07d}": since
        for number, sequence in enumerate(sequences)
        if (since := _by_lake_state(sequence)) is not None
    }
    assert _gone(engine, tmp_path, sequences) == expected


@pytest.mark.parametrize(
    ("sequence", "days"),
    [
        ([(HARVESTED, 0), (GONE, 5 * DAY), (NOT_FOUND, DAY)], 6),
        ([(HARVESTED, 0), (GONE, 5 * DAY), (GONE, DAY - 1)], None),
        ([(HARVESTED, 0), (GONE, 5 * DAY), (GONE, DAY // 2), (GONE, DAY // 2), (GONE, DAY)], 6),
        ([(HARVESTED, 0), (GONE, DAY), (FAILED, DAY), (GONE, DAY)], 3),
        ([(HARVESTED, 0), (GONE, DAY), (HARVESTED, DAY), (GONE, DAY)], None),
        ([(HARVESTED, 0), (GONE, DAY), (GONE, DAY), (HARVESTED, DAY)], None),
        ([(HARVESTED, 0), (GONE, DAY), (EPISODE, DAY), (GONE, DAY)], None),
        ([(NOT_FOUND, 0), (NOT_FOUND, DAY), (NOT_FOUND, DAY)], None),
        ([(NOT_FOUND, 0), (HARVESTED, 5 * DAY), (NOT_FOUND, DAY)], None),
    ],
    ids=[
        "twice", "within-a-day", "three-times", "failure-between", "harvest-between",
        "harvest-after", "found-between", "never-harvested", "once-since",
    ],
)  # fmt: skip
def test_the_rule_by_its_cases(
    engine: Engine, tmp_path: Path, sequence: Sequence, days: int | None
) -> None:
    """The moment is that of the first answer at least a day after the first that it is missing."""
    expected = {} if days is None else {"tt0000000": T + days * DAY}
    assert _gone(engine, tmp_path, [sequence]) == expected


@pytest.mark.slow
async def test_a_title_that_is_gone_keeps_its_rows() -> None:
    """Asked for by IMDb's id and by TMDB's it is one title, and its outcomes count together."""
    first = date(2026, 11, 23)
    kept = {"details": {"id": 1, "title": "A", "overview": "o"}}
    there = Made("tt0000002", tmdb_id=2, bodies={"details": {"id": 2, "title": "B"}})
    await make(Path("l"), [Made("tt0000001", bodies=kept), there], run="20261123-a", day=first)
    named = Made("tt0000001", bodies=kept, id="movie:1", fetched_at="2026-11-23T09:00:00Z")
    await make(Path("l"), [named], run="20261123-b", day=first)
    for days, missing in ((1, ("movie:1", "tt0000002")), (2, ("tt0000001",)), (3, ("movie:1",))):
        day = first + timedelta(days=days)
        await make(Path("l"), [], run=f"{day:%Y%m%d}-a", day=day, unmatched=missing)
    async with open_store("l") as store:
        assert not (await build_trusted(store, "duckdb", rebuild=False)).breaches
        assert not (await build_refined(store, "duckdb", rebuild=False)).breaches
    titles = {row["title_id"]: row for row in table(Path("l"), "Refined/Parquet/dim_title")}
    assert {key: row["gone_at"] for key, row in titles.items()} == {
        "tt0000001": datetime(2026, 11, 25, 8, tzinfo=UTC).replace(tzinfo=None),
        "tt0000002": None,
    }
    gone = titles["tt0000001"]
    assert (gone["outcome"], gone["title"], gone["overview"]) == ("harvested", "A", "o")
