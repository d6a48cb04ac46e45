"""Which IMDb id a title has that is asked for by TMDB's: out of the outcomes of TMDB's runs."""

from dataclasses import replace
from datetime import date

import pytest
from made_run import stamp
from memory_store import MemoryStore, keep_run

from harvester.lake.documents.plan import Plan
from harvester.lake.title_ids import pack
from harvester.model import Asked, Outcome
from harvester.origins.table import ORIGINS
from harvester.run.imdb_ids import ImdbIds, read_imdb_ids
from harvester.run.plan import Group, lay_out

START = 1_795_500_000
FOUND = Outcome("harvested", "movie", 278)
WANTED = [pack("movie:278"), pack("tv:278"), pack("tt0000009")]


async def keep(
    store: MemoryStore,
    day: int,
    outcomes: dict[str, Outcome],
    *,
    origin: str = "TMDB",
    synthetic: bool = False,
) -> Plan:
    """Keep a finished run of a day."""
    laid = lay_out([Group("movie", [pack(one)]) for one in outcomes], None)
    at = stamp(START + 86_400 * day)
    asked = Asked(("details",), None, (), None, "array", "api.test", origin)
    plan = Plan(
        f"r-{day}", "d", date(2026, 11, 24), at, (), asked, synthetic, len(laid), laid.sha256
    )
    await keep_run(store, plan, laid, outcomes, started_at=at)
    return plan


async def known(store: MemoryStore) -> dict[str, str]:
    """Return what the lake knows of the titles."""
    return dict(await read_imdb_ids(store, WANTED))  # type: ignore[arg-type]


def named(imdb_id: str) -> dict[str, Outcome]:
    """Return the outcome of the title as TMDB names it."""
    return {"movie:278": replace(FOUND, imdb_id=imdb_id)}


async def test_an_id_that_was_asked_for_counts_before_one_that_is_named() -> None:
    """And of each the one of the run planned last; what is of another media type is not it."""
    store = MemoryStore()
    await keep(store, 0, named("tt0000001"))
    await keep(store, 1, named("tt0000002"))
    assert await known(store) == {"movie:278": "tt0000002"}
    await keep(store, 2, {"tt0000003": FOUND, "tt0000004": replace(FOUND, media_type="tv")})
    await keep(store, 3, named("tt0000005"))
    assert await known(store) == {"movie:278": "tt0000003", "tv:278": "tt0000004"}
    await keep(store, 4, {"tt0000006": FOUND, "tt0000007": Outcome("failed", reason="x")})
    assert await known(store) == {"movie:278": "tt0000006", "tv:278": "tt0000004"}


async def test_a_synthetic_run_counts_where_no_other_knows() -> None:
    """Whichever was planned last."""
    store = MemoryStore()
    await keep(store, 0, {"tt0000001": FOUND})
    await keep(
        store, 1, {"tt0000002": FOUND, "tt0000004": replace(FOUND, media_type="tv")}, synthetic=True
    )
    assert await known(store) == {"movie:278": "tt0000001", "tv:278": "tt0000004"}


async def test_another_origins_numbers_are_not_tmdbs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of another origin is not read."""
    monkeypatch.setitem(ORIGINS, "Other", ORIGINS["TMDB"])
    store = MemoryStore()
    other = Outcome("harvested", "movie", origin_id=278)
    await keep(store, 0, {"tt0000001": other}, origin="Other")
    assert await known(store) == {}


async def test_a_damaged_run_is_named_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of it counts, not even what comes before the damage."""
    store = MemoryStore()
    await keep(store, 0, {"tt0000001": FOUND})
    bad = await keep(store, 1, {"tt0000002": FOUND, "tt0000003": FOUND})
    store.objects[bad.folder.outcomes] += b"x"
    assert await known(store) == {"movie:278": "tt0000001"}
    assert ["run r-1 is left out" in one for one in caplog.messages] == [True]


async def test_without_such_titles_nothing_is_read() -> None:
    """IMDb ids need no other."""
    store = MemoryStore()
    assert dict(await read_imdb_ids(store, [1, 2])) == {}  # type: ignore[arg-type]
    assert not store.asked


def test_it_is_a_mapping_of_what_is_known() -> None:
    """Asked for a title that it does not know, it says so."""
    ids = ImdbIds(WANTED)
    ids.add(pack("movie:278"), 111_161, was_asked=False)
    ids.add(pack("movie:5"), 1, was_asked=True)
    assert (len(ids), list(ids)) == (1, ["movie:278"])
    assert ids["movie:278"] == "tt0111161"
    assert ids.get("tv:278") is None
    with pytest.raises(KeyError):
        ids["tt0000009"]
