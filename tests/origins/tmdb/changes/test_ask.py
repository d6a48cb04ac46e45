"""A day's changes: everything that TMDB may list is tolerated, a part is never taken for all."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from changing_tmdb import ChangingTmdb, Item, item, listing, page
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.errors import UpstreamDown
from harvester.origins.tmdb.changes.ask import DayList, ask_day
from harvester.upstream.client import Failure
from harvester.upstream.tally import Tally

DAY = date(2026, 11, 24)
RECORDED = Path(__file__).parents[4].parent / "shared" / "tmdb"


async def asked(tmdb: Any) -> DayList:
    """Ask for one day of movies."""
    return await ask_day(tmdb, "movie", DAY, Tally())


async def test_a_day_is_a_window_of_one_day() -> None:
    """From its date to the next one, whatever the month's end."""
    params: list[dict[str, str]] = []

    class Client:
        async def get(self, _: str, path: str, given: dict[str, str], **__: object) -> bytes:
            params.append({"path": path, **given})
            return json.dumps(page([item(5)], 1)).encode()

    client: Any = Client()
    await ask_day(client, "tv", date(2026, 12, 31), Tally())
    assert params == [
        {
            "path": "tv/changes",
            "start_date": "2026-12-31",
            "end_date": "2027-01-01",
            "page": "1",
        }
    ]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 5_700])
async def test_all_pages_are_read_once(count: int) -> None:
    """Fifty-seven pages of a real day, each of them asked for once; ids ascend."""
    tmdb = listing([item(number) for number in range(count, 0, -1)])
    assert await asked(tmdb) == DayList(list(range(1, count + 1)), 0, 0)
    pages = [number for _, _, number in tmdb.asked]
    assert sorted(pages) == list(range(1, max(1, -(-count // 100)) + 1))


async def test_null_ids_are_counted_and_repeats_are_one() -> None:
    """jellyfin/TMDbLib#296 had null ids; a page may repeat an id of the page before."""
    items = [item(number) for number in range(1, 150)]
    items[3:3] = [item(None), {"id": 7, "adult": None}]
    items[100:100] = items[90:100]
    assert await asked(listing(items)) == DayList(list(range(1, 150)), 1, 0)


async def test_a_whole_day_in_one_page_whose_totals_are_one() -> None:
    """As on 2022-11-26: 2,687 items where the body says that there is one."""
    items = [item(number) for number in range(1, 2_688)]
    tmdb = ChangingTmdb(
        lambda *_: {"results": items, "page": 1, "total_pages": 1, "total_results": 1}
    )
    assert len((await asked(tmdb)).ids) == 2_687
    assert len(tmdb.asked) == 1


async def test_more_than_told_is_fine() -> None:
    """The totals are too low: what is listed counts."""
    items = [item(number) for number in range(1, 251)]
    tmdb = ChangingTmdb(lambda _, number: {**page(items, number), "total_results": 201})
    assert len((await asked(tmdb)).ids) == 250


async def test_fewer_than_told_ends_with_a_sentence() -> None:
    """Three readings, then it is an outage: a part of a day is never taken for all."""
    items = [item(number) for number in range(1, 251)]
    tmdb = ChangingTmdb(lambda _, number: {**page(items, number), "total_results": 252})
    with pytest.raises(UpstreamDown) as caught:
        await asked(tmdb)
    assert str(caught.value) == (
        "TMDB says that 252 movies changed on 2026-11-24 and lists 250; run the command again later"
    )
    assert len(tmdb.asked) == 3 * 3


async def test_a_day_that_grows_while_it_is_read_is_read_again() -> None:
    """A change that is listed first moves the last one to a page that nobody was told of."""
    items = [item(number) for number in range(1, 201)]
    calls = 0

    def answer(_: str, number: int) -> Item:
        nonlocal calls
        calls += 1
        if calls == 2:
            items.insert(0, item(1_000))
        return page(items, number)

    assert (await asked(ChangingTmdb(answer))).ids == [*range(1, 201), 1_000]


async def test_a_day_that_shrinks_while_it_is_read_is_read_again() -> None:
    """One item less, and the first of the second page is on the first one, which was read."""
    items = [item(number) for number in range(1, 201)]
    calls = 0

    def answer(_: str, number: int) -> Item:
        nonlocal calls
        calls += 1
        if calls == 2:
            items.pop(0)
        return page(items, number)

    found = await asked(ChangingTmdb(answer))
    assert found.ids == list(range(1, 201))  # the one that was listed counts
    assert calls == 4


async def test_a_whole_day_that_never_stands_still_is_taken() -> None:
    """Pages that never agree, but hold all that any of them says."""
    items = [item(number) for number in range(1, 202)]
    tmdb = ChangingTmdb(lambda _, number: {**page(items, number), "total_results": 198 + number})
    assert (await asked(tmdb)).ids == list(range(1, 202))
    assert len(tmdb.asked) == 3 * 3


async def test_behind_the_wall_is_lost_and_counted() -> None:
    """600 pages, of which TMDB serves 500: the 501st is asked for once, no later one ever."""
    tmdb = listing([item(number) for number in range(1, 60_001)])
    assert await asked(tmdb) == DayList(list(range(1, 50_001)), 0, 10_000)
    assert sorted(number for _, _, number in tmdb.asked) == list(range(1, 502))


async def test_without_a_wall_all_is_read() -> None:
    """Whether the wall holds for changes is not documented: it is found out."""
    tmdb = listing([item(number) for number in range(1, 60_001)], wall=1_000)
    assert await asked(tmdb) == DayList(list(range(1, 60_001)), 0, 0)
    assert sorted(number for _, _, number in tmdb.asked) == list(range(1, 601))


async def test_fewer_than_told_before_the_wall_is_no_list_either() -> None:
    """A short page among the first 500 is no matter of the wall."""
    items = [item(number) for number in range(1, 60_001)]
    short = {**page(items, 77), "results": items[:99]}
    tmdb = ChangingTmdb(lambda _, number: short if number == 77 else page(items, number))
    with pytest.raises(UpstreamDown, match=r"60,000 movies .* lists 49,999"):
        await asked(tmdb)


NO_IDS: list[Any] = ["1", 0, -1, 10**10, 1.5, True, []]
GOOD = page([item(1), item(2)], 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**GOOD, "results": None},
        {**GOOD, "results": {}},
        {**GOOD, "results": [1, 2]},
        {**GOOD, "results": [{"adult": False}, {"adult": False}]},
        *({**GOOD, "results": [{"id": bad}]} for bad in NO_IDS),
        {**GOOD, "page": 2},
        {**GOOD, "page": None},
        *({**GOOD, "total_results": bad} for bad in (None, "2", -1, 10**9, 2.5)),
        *({**GOOD, "total_pages": bad} for bad in (None, -1, 10**15)),
        {key: GOOD[key] for key in ("results", "page", "total_results")},
    ],
    ids=str,
)
async def test_another_shape_ends_with_a_sentence(body: Item) -> None:
    """What is none of a list's shapes is no list."""
    with pytest.raises(UpstreamDown) as caught:
        await asked(ChangingTmdb(lambda *_: body))
    assert str(caught.value) == (
        "TMDB does not answer page 1 of movie/changes of 2026-11-24 (unexpected_shape); "
        "run the command again later"
    )


@pytest.mark.parametrize("reason", ["http_500", "http_404", "http_422", "timeout", "too_large"])
async def test_a_page_without_an_answer_ends_with_a_sentence(reason: str) -> None:
    """One sentence out of twenty requests at the same time; a refused page before the wall, too."""
    items = [item(number) for number in range(1, 3_001)]

    def answer(_: str, number: int) -> Item | Failure:
        return page(items, number) if number < 5 else Failure(reason)

    with pytest.raises(UpstreamDown, match=rf"page \d+ of movie/changes .* \({reason}\)"):
        await asked(ChangingTmdb(answer))


ITEMS = st.lists(
    st.builds(item, st.none() | st.integers(1, 400)) | st.just({"id": 7, "adult": None}),
    max_size=450,
)


@given(items=ITEMS, one_page=st.booleans(), told=st.integers(-120, 120))
@settings(deadline=None)
async def test_any_list_is_whole_or_none(items: list[Item], one_page: bool, told: int) -> None:
    """Whatever is listed and told: all ids of it, ascending and once, or `UpstreamDown`."""
    total = max(0, len(items) + told)

    def answer(_: str, number: int) -> Item:
        if one_page:
            return {"results": items, "page": 1, "total_pages": 1, "total_results": total}
        return page(items, number, total)

    try:
        found = await asked(ChangingTmdb(answer))
    except UpstreamDown:
        assert total > len(items)
        return
    served = items if one_page else items[: 100 * max(1, -(-total // 100))]
    assert total <= len(served)
    assert found.ids == sorted({one["id"] for one in served} - {None})
    assert found.nameless == sum(one["id"] is None for one in served)
    assert found.lost == 0


@pytest.mark.parametrize("path", ["lists/changes_movie_2022", "recorded/changes/tv_changes"])
async def test_a_recorded_day(path: str) -> None:
    """All ids of what TMDB sent; skipped without the recordings."""
    recorded = RECORDED / f"{path}.json"
    if not recorded.exists():
        pytest.skip(f"no recorded lists in {RECORDED}")
    body = recorded.read_bytes()
    found = await asked(ChangingTmdb(lambda *_: body))
    assert found.ids == sorted({one["id"] for one in json.loads(body)["results"]})
