"""`verify` holds `outcomes.csv` to the manifests."""

from collections.abc import Callable
from pathlib import Path

import pytest
from made_whole import command, instead, make_whole

from harvester.lake.documents.plan import Plan


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    """Return a lake with a finished run."""
    folder = tmp_path_factory.mktemp("verify") / "lake"
    return folder, make_whole(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + data,
        lambda data: data.replace(b"movie,1,", b"movie,9,"),
        lambda data: data.replace(b"not_found", b"only_person"),
        lambda data: data.replace(b"07:00:05Z", b"07:00:06Z", 1),
        lambda data: b"\n".join(data.split(b"\n")[:-2]) + b"\n",
        lambda _: b"",
    ],
)
def test_outcomes_that_say_something_else(
    lake: tuple[Path, Plan], change: Callable[[bytes], bytes]
) -> None:
    """Damaged or only another value: one breach that says what to do."""
    root, plan = lake
    path = root / plan.folder.outcomes
    changed = change(path.read_bytes())
    assert changed != path.read_bytes()
    with instead(path, changed):
        said = command("verify", plan.run, "--lake", str(root))
    assert said.code == 3
    assert "1 breach" in said.err
    assert (
        f"{plan.folder.outcomes}: is not what the manifests say: "
        "delete it, and the run's manifests are read instead"
    ) in " ".join((said.out + said.err).split())


def test_outcomes_that_are_as_written_or_not_there_are_no_breach(lake: tuple[Path, Plan]) -> None:
    """A run of an earlier version has none."""
    root, plan = lake
    assert command("verify", plan.run, "--lake", str(root)).code == 0
    with instead(root / plan.folder.outcomes, None):
        assert command("verify", plan.run, "--lake", str(root)).code == 0


def test_a_link_in_their_place_is_a_breach(lake: tuple[Path, Plan]) -> None:
    """It is not followed, and `verify` goes on."""
    root, plan = lake
    path = root / plan.folder.outcomes
    data = path.read_bytes()
    elsewhere = root.parent / "elsewhere.csv"
    elsewhere.write_bytes(data)
    path.unlink()
    path.symlink_to(elsewhere)
    try:
        said = command("verify", plan.run, "--lake", str(root))
    finally:
        path.unlink()
        path.write_bytes(data)
    assert said.code == 3
    assert "outcomes.csv" in said.out + said.err
