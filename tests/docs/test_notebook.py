"""The notebook runs from its first cell to its last, in an empty folder, without a token."""

import os
import sys
from pathlib import Path

import nbformat
import pytest
from manual import ROOT
from nbclient import NotebookClient


@pytest.mark.slow
def test_the_notebook_runs_from_csv_to_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell runs unchanged; its output, apart from the chart, is the stored output."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    stored = nbformat.read(ROOT / "docs" / "notebooks" / "batch_upload.ipynb", as_version=4)
    fresh = nbformat.from_dict(stored.copy())
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(fresh, timeout=100, resources=resources).execute()
    for before, after in zip(stored.cells, fresh.cells, strict=True):
        if before.cell_type == "code":
            shown = [[dict(output.data) for output in cell.outputs] for cell in (before, after)]
            assert shown[0] == shown[1]
    assert "image/svg+xml" in fresh.cells[-2].outputs[0].data
