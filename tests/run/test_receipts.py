"""A key that a manifest names is used only if its unit's harvest would have written it."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_whole import command, instead, make_whole

from harvester import LakeError, records
from harvester.errors import DocumentError
from harvester.lake import keys
from harvester.lake.documents.manifest import FileReceipt, Manifest
from harvester.lake.documents.plan import Plan
from harvester.run.receipts import receipts

OTHER = "20261124-00000000"
RUN_OF = "its run"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    """Return a lake with a finished run."""
    folder = tmp_path_factory.mktemp("receipts") / "lake"
    return folder, make_whole(folder)


def _manifest(lake: tuple[Path, Plan]) -> Path:
    return lake[0] / lake[1].folder.manifest(0)


CHANGES = {
    "out of the lake": ("Raw/", "../outside/Raw/"),
    "out of its folder": ("/JSON/", "/JSON/../JSON/"),
    "absolute": ("Raw/", "/Raw/"),
    "another run's": (RUN_OF, OTHER),
    "another unit's": ("-000000-", "-000001-"),
    "another origin's": ("Raw/TMDB/", "Raw/OMDb/"),
    "another zone's": ("Raw/TMDB/JSON/", "Trusted/TMDB/JSON/"),
    "another structure's": ("/Find/", "/Secret/"),
    "no key at all": ("Raw", "\x00"),
}
"""What in a key becomes what; `RUN_OF` stands for the run's own id."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_key_that_is_not_the_units(lake: tuple[Path, Plan], change: str) -> None:
    """`verify` lists it and exits 3; what reads records names the manifest; it is not opened."""
    root, plan = lake
    content = json.loads(_manifest(lake).read_bytes())
    key = content["files"][0]["key"]
    old, new = CHANGES[change]
    bad = content["files"][0]["key"] = key.replace(plan.run if old == RUN_OF else old, new, 1)
    if "\x00" not in bad and not bad.startswith("/"):
        there = root / bad  # whoever opened it would read for ever
        there.parent.mkdir(parents=True, exist_ok=True)
        if not there.exists():
            there.symlink_to("/dev/zero")
    with instead(_manifest(lake), json.dumps(content).encode()):
        said = command("verify", plan.run, "--lake", str(root))
        assert said.code == 3
        assert "is not named as a file of unit 0" in said.out
        assert "Traceback" not in said.err
        for endpoint in ("find", "details"):
            with pytest.raises(LakeError, match=r"units/000000\.json names what is no record file"):
                list(records(root, endpoint=endpoint, run=plan.run))


def _receipts(lake: tuple[Path, Plan], key: str) -> list[tuple[str, FileReceipt]]:
    root, plan = lake
    content = json.loads((root / plan.folder.manifest(0)).read_bytes())
    file = content["files"][0] | {"key": key}
    at = content["started_at"]
    manifest = Manifest(plan.run, 0, {}, (FileReceipt(**file),), {}, [], {}, at, at)
    return receipts(plan, manifest)


def test_the_keys_of_a_harvest_are_taken(lake: tuple[Path, Plan]) -> None:
    """Each with its folder, and of any part."""
    content = json.loads(_manifest(lake).read_bytes())
    for file in content["files"][:1]:
        found = _receipts(lake, file["key"])
        assert [(folder, one.key) for folder, one in found] == [("Find", file["key"])]
        part = file["key"].replace("-000000-0-", "-000000-17-")
        assert _receipts(lake, part)[0][1].key == part


KEYS = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            ["Raw", "TMDB", "JSON", "Find", "..", ".", "", "2026", "11", "24", "x.json"]
        ),
        max_size=8,
    ).map("/".join),
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_other_key_is_taken(lake: tuple[Path, Plan], data: st.DataObject) -> None:
    """Any text, and any key with a bit of it changed: refused, unless it is a key of the unit."""
    content = json.loads(_manifest(lake).read_bytes())
    key = content["files"][0]["key"]
    at, put = data.draw(st.integers(0, len(key))), data.draw(st.text(max_size=4))
    cut = data.draw(st.integers(0, 4))
    for bad in (data.draw(KEYS), key[:at] + put + key[at + cut :]):
        if keys.is_record_key(
            bad,
            keys.records_prefix("TMDB", "Find", lake[1].date, lake[1].run),
            0,
            content["files"][0]["sha256"],
            "array",
        ):
            assert bad.startswith(key.partition("-000000-")[0])
            continue
        with pytest.raises(DocumentError, match=r"units/000000\.json names what is no record file"):
            _receipts(lake, bad)
