"""A plan asks only for what its origin has; a name of a run is one, however it is given."""

import asyncio
import json
from pathlib import Path

import pytest
from made_whole import instead, make_whole

from harvester import LakeError, SettingError, Settings, Stop, harvest, records
from harvester.errors import DocumentError
from harvester.run.known_plan import load_plan
from harvester.stores import open_store


@pytest.mark.parametrize(
    ("endpoints", "what"),
    [
        (["find", "smells"], "asks for smells, which is no endpoint of TMDB"),
        (["find", "find"], "is damaged"),
        ([], "is damaged"),
    ],
)
def test_endpoints_that_no_plan_has(tmp_path: Path, endpoints: list[str], what: str) -> None:
    """Unknown, twice, or none: the plan is named, before anything is made of it."""
    plan = make_whole(tmp_path / "lake")
    path = tmp_path / "lake" / plan.folder.plan
    content = json.loads(path.read_bytes())
    content["asked"]["endpoints"] = endpoints

    async def load() -> None:
        async with open_store(str(tmp_path / "lake")) as store:
            with pytest.raises(DocumentError, match=rf"^{plan.folder.plan} {what}"):
                await load_plan(store, plan.folder)

    with instead(path, json.dumps(content).encode()):
        asyncio.run(load())
        with pytest.raises(LakeError, match=what):
            list(records(tmp_path / "lake", endpoint="find", run=plan.run))


@pytest.mark.parametrize("run", ["../../up", "a/b", "", ".hidden", "x" * 65, "\x1b[31m"])
async def test_a_name_that_no_run_has(tmp_path: Path, run: str) -> None:
    """The public API says so as the command line does, and writes nothing."""
    (tmp_path / "titles.txt").write_text("tt0000001\n")
    settings = Settings(
        lake=str(tmp_path / "lake"), inputs=(str(tmp_path / "titles.txt"),), base_url=None, run=run
    )
    with pytest.raises(SettingError, match="is no run's id") as raised:
        await harvest(settings, stop=Stop())
    assert "\x1b" not in str(raised.value)
    assert not (tmp_path / "lake").exists()
    assert not (tmp_path.parent / "up").exists()
