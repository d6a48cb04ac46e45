"""Three days of OMDb at a free key's quota: one command a day, and nothing is asked twice."""

import json
from collections import Counter
from pathlib import Path

import moved_clock
import pytest
from csvs import MOVIES
from scripted_omdb import KEY, ScriptedOmdb, scripted_omdb

from harvester.lake.documents.summary import Report
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.verify import Checked, verify_run
from harvester.stores import open_store

NOON = 1_795_608_000.0  # 2026-11-25T12:00:00Z
DAY = 86_400.0
TITLES = 2_500
QUOTA = 1_000


def _write(path: str) -> list[str]:
    """Write titles of which every third has more votes; return their ids, most votes first."""
    votes = {f"tt{number:07d}": (number % 3) * 10_000 + number for number in range(1, TITLES + 1)}
    rows = [
        f"{one}|T|T|1999|100|Drama|7.0|{count}|actor|X|Y|\\N|\\N|actor|tt1"
        for one, count in votes.items()
    ]
    Path(path).write_text("\n".join([MOVIES, *rows, ""]), encoding="utf-8")
    return sorted(votes, key=lambda one: -votes[one])


async def _ask(omdb: ScriptedOmdb) -> Report:
    return await harvest(omdb.settings("m.csv", quota=QUOTA, rate=2_000.0), stop=Stop())


@pytest.mark.slow
async def test_three_days_three_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,000, 1,000 and 500 titles, those with most votes first; a second try a day asks nothing."""
    order = _write("m.csv")
    today = NOON
    moved_clock.move(monkeypatch, lambda: today)
    reports: list[Report] = []
    async with scripted_omdb() as omdb:
        for day in range(3):
            today = NOON + day * DAY
            omdb.quota = QUOTA * (day + 1)
            reports.append(await _ask(omdb))
            asked = len(omdb.queries)
            if day < 2:
                again = await _ask(omdb)
                assert (again.finish_reason, len(omdb.queries)) == ("quota", asked)
            assert asked == min(QUOTA * (day + 1), TITLES)
            assert sorted(omdb.asked) == sorted(order[:asked])
    assert [report.finish_reason for report in reports] == ["quota", "quota", "finished"]
    assert [report.titles.harvested for report in reports] == [1_000, 2_000, 2_500]
    assert len({report.run for report in reports}) == 1
    assert set(omdb.asked.values()) == {1}
    checked = Checked()
    async with open_store("l") as store:
        assert not [breach async for breach in verify_run(store, reports[0].run, checked)]
    assert (checked.titles, checked.records) == (TITLES, TITLES)
    assert _reserved() == {"2026-11-25": 1_000, "2026-11-26": 1_000, "2026-11-27": 500}
    files = [path for path in Path("l").rglob("*") if path.is_file()]
    assert len(files) > 50
    assert not [path for path in files if KEY.encode() in path.read_bytes() or KEY in str(path)]


def _reserved() -> Counter[str]:
    """Return how many requests each day's reservations hold."""
    found: Counter[str] = Counter()
    for path in Path("l/Raw/OMDb/_harvest/_quota").rglob("*.json"):
        found[path.parent.name] += json.loads(path.read_bytes())["requests"]
    return found
