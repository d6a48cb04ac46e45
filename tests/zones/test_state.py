"""What a zone was built from is checked where it is read: one sentence, and it can be deleted."""

import json
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import LakeError
from harvester.stores.local.store import LocalStore
from harvester.zones import state
from harvester.zones.quality import Check

WHEN = "2026-11-24T08:00:00Z"
DAY = {
    "fingerprint": "f",
    "runs": ["r"],
    "synthetic": False,
    "records": {"Find": 1},
    "checks": [],
    "files": {"Trusted/x/": "m"},
}
CHECK = {"table": "t", "name": "n", "found": 1, "wanted": 1.5, "breach": False}
LOCAL = {"fingerprint": "f", "checks": [CHECK], "ignored_columns": {"a.csv": ["x"]}}
TRUSTED = {
    "local": LOCAL,
    "dates": {"2026-11-24": DAY},
    "simulated_runs_left_out": 0,
    "damaged_runs": {},
    "built_at": WHEN,
}
REFINED = {
    "synthetic": False,
    "trusted": "f",
    "checks": [CHECK],
    "rows": {"t": 1},
    "dates": ["2026-11-24"],
    "days": ["2026-11-24"],
    "runs": ["r"],
    "built_at": WHEN,
    "files": {"Refined/x/": "m"},
}
WRONG: list[Any] = [[], {}, -1.5, "", True, "../../up"]


@pytest.mark.parametrize(("key", "content"), [(state.TRUSTED, TRUSTED), (state.REFINED, REFINED)])
async def test_it_comes_back(tmp_path: Path, key: str, content: dict[str, Any]) -> None:
    """What is written is read, whatever else is in it."""
    store = LocalStore(tmp_path / "lake")
    await state.save_state(store, key, {**content, "later": 1})
    found = await state.load_state(store, key)
    assert {name: found[name] for name in content} == content


@pytest.mark.parametrize(
    ("key", "path"),
    [
        (state.TRUSTED, ("local",)),
        (state.TRUSTED, ("dates",)),
        (state.TRUSTED, ("dates", "2026-11-24")),
        (state.TRUSTED, ("dates", "2026-11-24", "runs")),
        (state.TRUSTED, ("dates", "2026-11-24", "records")),
        (state.TRUSTED, ("dates", "2026-11-24", "files")),
        (state.TRUSTED, ("simulated_runs_left_out",)),
        (state.TRUSTED, ("built_at",)),
        (state.REFINED, ("built_at",)),
        (state.REFINED, ("days",)),
        (state.REFINED, ("runs",)),
        (state.REFINED, ("files",)),
        (state.REFINED, ("checks",)),
        (state.REFINED, ("synthetic",)),
        (state.REFINED, ("dates",)),
    ],
)
async def test_a_field_of_another_type(tmp_path: Path, key: str, path: tuple[str, ...]) -> None:
    """Nobody builds from it, and nobody ends in a traceback."""
    store = LocalStore(tmp_path / "lake")
    content = TRUSTED if key == state.TRUSTED else REFINED
    for value in WRONG:
        changed = json.loads(json.dumps(content))
        at = changed
        for name in path[:-1]:
            at = at[name]
        if type(at[path[-1]]) is type(value) and path[-1] != "built_at":
            continue
        at[path[-1]] = value
        await state.save_state(store, key, changed)
        with pytest.raises(LakeError, match=rf"^{key} is damaged: delete it"):
            await state.load_state(store, key)


async def test_a_date_is_one(tmp_path: Path) -> None:
    """It is part of the keys that Refined reads."""
    store = LocalStore(tmp_path / "lake")
    await state.save_state(store, state.TRUSTED, {**TRUSTED, "dates": {"../../up": DAY}})
    with pytest.raises(LakeError, match="is damaged: delete it"):
        await state.load_state(store, state.TRUSTED)


def test_what_else_is_said_of_a_check() -> None:
    """A key that this harvester doesn't know is ignored, as in each document."""
    assert Check.of({**CHECK, "note": "x"}) == Check("t", "n", 1, 1.5)
