"""Which record is the newest: the one answered last, in its scope."""

from harvester.lake.documents.manifest import Manifest
from harvester.model import Outcome
from harvester.run.newest import NewestRecords

EARLY, LATE = "2026-11-24T07:00:00Z", "2026-11-24T07:00:01Z"


def manifest(fetched_at: str | None, started_at: str = EARLY) -> Manifest:
    """Return a manifest of one title."""
    outcomes = {"tt0000001": Outcome("harvested", "movie", 1, fetched_at=fetched_at)}
    return Manifest("r", 0, outcomes, (), {}, [], {}, started_at, started_at)


def test_the_later_answer_is_newer_whichever_run_was_planned_first() -> None:
    """A run that was resumed after another one was planned has the newer record."""
    newest = NewestRecords([("TMDB", None), ("TMDB", None)])
    early, late = manifest(EARLY), manifest(LATE)
    newest.add(0, late, "tt0000001")
    newest.add(1, early, "tt0000001")
    assert newest.has(0, late, "tt0000001")
    assert not newest.has(1, early, "tt0000001")


def test_of_one_second_the_run_planned_later_is_newer() -> None:
    """Times have whole seconds, so two runs may have the same; only one of them has it."""
    newest = NewestRecords([("TMDB", None), ("TMDB", None)])
    for plan in (1, 0):
        newest.add(plan, manifest(EARLY), "tt0000001")
    assert [newest.has(plan, manifest(EARLY), "tt0000001") for plan in (0, 1)] == [False, True]


def test_without_a_time_of_its_own_a_title_has_its_units() -> None:
    """Manifests of 0.1.0 say only when their unit was started."""
    newest = NewestRecords([("TMDB", None), ("TMDB", None)])
    old = manifest(None, LATE)
    newest.add(0, old, "tt0000001")
    newest.add(1, manifest(EARLY), "tt0000001")
    assert newest.has(0, old, "tt0000001")


def test_another_scope_replaces_nothing() -> None:
    """Of two languages, or of two origins, each has its newest record."""
    scopes = [("TMDB", None), ("TMDB", "pt-BR"), ("OMDb", None)]
    newest = NewestRecords(scopes)
    for plan in range(3):
        newest.add(plan, manifest(EARLY), "tt0000001")
    assert all(newest.has(plan, manifest(EARLY), "tt0000001") for plan in range(3))
