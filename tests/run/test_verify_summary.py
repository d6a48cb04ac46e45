"""`verify` holds a summary to the manifests; a document that can't be read is a breach."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_whole import command, instead, make_whole

from harvester.lake.documents.plan import Plan


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    """Return a lake with a finished run."""
    folder = tmp_path_factory.mktemp("verify") / "lake"
    return folder, make_whole(folder)


def _plus(*path: str) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        for name in path[:-1]:
            content = content[name]
        content[path[-1]] += 1

    return change


def _swap(content: Any) -> None:
    titles = content["titles"]
    titles["harvested"], titles["pending"], content["done"] = 1, 1, False


def _rename(content: Any) -> None:
    content["reasons"]["failed"] = {"gone": {"count": 1, "examples": ["tt0000004"]}}


@pytest.mark.parametrize(
    "change",
    [
        _plus("files"),
        _plus("records"),
        _plus("bytes"),
        _plus("requests", "sent"),
        _plus("requests", "retried"),
        _plus("requests", "throttled"),
        _swap,
        _rename,
    ],
)
def test_a_summary_that_says_something_else(
    lake: tuple[Path, Plan], change: Callable[[Any], None]
) -> None:
    """Each number is one that could be: only the manifests tell that it is not."""
    root, plan = lake
    path = root / plan.folder.summary
    content = json.loads(path.read_bytes())
    change(content)
    with instead(path, json.dumps(content).encode()):
        said = command("verify", plan.run, "--lake", str(root))
    assert said.code == 3
    assert said.out == f"{plan.folder.summary}: is not what the manifests add up to\n"


@pytest.mark.parametrize("name", ["plan.json", "plan-titles.jsonl", "summary.json"])
def test_a_document_that_can_t_be_read_is_a_breach(lake: tuple[Path, Plan], name: str) -> None:
    """Exit 3, one line that names it; a run that is not there stays exit 2."""
    root, plan = lake
    with instead(root / plan.folder.prefix / name, b"{"):
        said = command("verify", plan.run, "--lake", str(root))
        as_json = command("verify", plan.run, "--lake", str(root), "--json")
    assert (said.code, as_json.code) == (3, 3)
    (line,) = said.out.splitlines()
    assert f"{plan.folder.prefix}{name} is damaged: " in line
    assert len(json.loads(as_json.out)["breaches"]) == 1
    assert command("verify", "nosuch", "--lake", str(root)).code == 2


def test_a_finished_run_that_lost_a_manifest(lake: tuple[Path, Plan]) -> None:
    """A run has a summary when every unit has its manifest: what is missing was lost since."""
    root, plan = lake
    with instead(root / plan.folder.manifest(0), None):
        said = command("verify", plan.run, "--lake", str(root))
    assert said.code == 3
    lost = f"is of a finished run, and of {plan.units} units 1 have no manifest: delete it, "
    assert said.out.startswith(f"{plan.folder.summary}: {lost}")
    assert "1 unit still to do" in said.err
