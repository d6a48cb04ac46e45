"""Moments with an offset become UTC; what is none becomes null, never another moment."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parsed import parsed

from harvester.zones.engines import Engine
from harvester.zones.trusted.fitting import as_date, as_utc

_OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1), timezones=_OFFSETS)  # noqa: DTZ001 - bounds have no zone


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_MOMENTS, min_size=1, max_size=20))
def test_a_moment_is_the_same_in_utc(
    engine: Engine, tmp_path: Path, moments: list[datetime]
) -> None:
    """Whatever the offset, to the second."""
    whole = [moment.replace(microsecond=0) for moment in moments]
    found = parsed(engine, tmp_path, as_utc, [moment.isoformat() for moment in whole])
    assert found == [moment.astimezone(UTC).replace(tzinfo=None) for moment in whole]


def test_what_is_no_moment(engine: Engine, tmp_path: Path) -> None:
    """Z is UTC, a fraction is left out; without an offset, or of no day or hour, it is null."""
    texts = ["2012-06-06T23:00:00Z", "2012-06-06T23:00:00", "2012-02-30T23:00:00Z"]
    texts += ["2012-06-06T25:00:00Z", "2012-06-06", "later", "2012-06-06T23:00:00+0400"]
    fractions = ["2012-06-06T23:00:00.000Z", "2012-06-06T19:00:00.9-04:00"]
    found = parsed(engine, tmp_path, as_utc, [*fractions, *texts, "2012-06-06T23:00:00.Z"])
    assert found == [*[datetime(2012, 6, 6, 23)] * 3, *[None] * 7]  # noqa: DTZ001 - UTC, without a zone


def test_there_is_no_year_0(engine: Engine, tmp_path: Path) -> None:
    """Some engines have one, and Python, PostgreSQL and Spark have not."""
    texts = ["0000-01-01", "0000-00-00", "0001-01-01", "0900-12-31", "1000-02-29", "2026-11-24"]
    assert parsed(engine, tmp_path, as_date, texts) == [
        *(None, None, date(1, 1, 1), date(900, 12, 31), None),
        date(2026, 11, 24),
    ]
