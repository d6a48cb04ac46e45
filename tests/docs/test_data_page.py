"""What the page on the data says of the JSON that commands print is what they print."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

import made_lake
import pytest
from made_whole import command
from manual import ROOT, code, prose
from typer.main import get_group

from harvester.cli.app import app
from harvester.run.breach import Breach, Checked
from harvester.run.damage import DamagedRun
from harvester.run.expire import Deleted, Expiry, OnlyRecords
from harvester.run.preview import Preview
from harvester.zones.quality import Check
from harvester.zones.query.views import ViewColumn

PAGE = ROOT / "docs" / "data.md"
SECTION = PAGE.read_text("utf-8").partition("## What else prints JSON\n")[2].partition("\n## ")[0]

BLOCKS = re.compile(r"^(`harvester .*?)\n```\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Described:
    """What a block says: each name, its words, and the names that they say an object in it has."""

    words: dict[str, str]

    def inner(self, name: str) -> list[str]:
        """Return the names of the object, or of a list's objects, that a name stands for."""
        return re.findall(r'"(\w+)"', self.words[name])


def _described() -> Iterator[tuple[str, Described]]:
    """Yield each command line of the section, with the block that follows."""
    for said, block in BLOCKS.findall(SECTION):
        words: dict[str, str] = {}
        names: list[str] = []
        for line in block.splitlines():
            if not line.startswith(" "):
                names = line.partition("  ")[0].strip().split(", ")
            for name in names:
                words[name] = f"{words.get(name, '')} {line}".strip()
        for one in (text for text in code(said) if text.startswith("harvester ")):
            yield one, Described(words)


DESCRIBED = dict(_described())


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a lake of two titles, one of them unmatched; its record files are not what they were."""
    folder = tmp_path_factory.mktemp("described") / "l"
    movie = made_lake.Made("tt0000001", bodies={"details": {"id": 1, "title": "One"}})
    asyncio.run(made_lake.make(folder, [movie], unmatched=("tt0000002",)))
    for path in (folder / "Raw/TMDB/JSON").rglob("*.json"):
        path.write_bytes(path.read_bytes() + b" ")
    return folder


def _printed(line: str, lake: Path) -> Any:
    words = line.replace("RUN", "20261124-00000000").replace("--failed", "--unmatched").split()[1:]
    if words[0] == "run":
        words.insert(1, str(ROOT / "harvester/sample/series.csv"))
    where = [] if words[0] in {"config", "version", "query"} else ["--lake", str(lake)]
    return json.loads(command(*words, *where).out)


@pytest.mark.parametrize("line", DESCRIBED)
def test_the_names_are_those_that_are_printed(
    line: str, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In that order, each and no other; in the rows of a list, and in the objects in it, too."""
    monkeypatch.setenv("TMDB_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("TMDB_TOKEN", "eyJ-a-secret-token")
    described, printed = DESCRIBED[line], _printed(line, lake)
    assert isinstance(printed, list) is bool(re.search(rf"`{re.escape(line)}`.*a list", SECTION))
    rows = printed if isinstance(printed, list) else [printed]
    assert rows
    for row in rows:
        assert list(row) == list(described.words)
        for name in row:
            found = row[name] if isinstance(row[name], list) else [row[name]]
            for one in found if described.inner(name) else ():
                assert list(one) == described.inner(name), name


@pytest.mark.parametrize(
    ("line", "name", "kind"),
    [
        ("harvester verify --json", "checked", Checked),
        ("harvester verify --json", "breaches", Breach),
        ("harvester expire --json", "deleted", Deleted),
        ("harvester expire --json", "left", OnlyRecords),
        ("harvester expire --json", "damaged", DamagedRun),
        ("harvester trusted --json", "checks", Check),
        ("harvester query --list --json", "columns", ViewColumn),
    ],
)
def test_the_names_of_rows_are_those_of_their_class(line: str, name: str, kind: type[Any]) -> None:
    """Also of rows that the lake above has none of."""
    assert DESCRIBED[line].inner(name) == [field.name for field in fields(kind)]


def test_what_may_be_null_is_told() -> None:
    """Of a preview and of a check, and of nothing else of theirs."""
    preview = DESCRIBED["harvester run --dry-run --json"].words
    nullable = {name for name, hint in get_type_hints(Preview).items() if _may_be_none(hint)}
    assert {name for name, words in preview.items() if "null" in words} == nullable
    assert {name for name, hint in get_type_hints(Check).items() if _may_be_none(hint)} == {
        "found",
        "wanted",
    }
    assert "`found` and `wanted` are a number, a text or null" in " ".join(
        DESCRIBED["harvester trusted --json"].words["checks"].split()
    )
    for kind in (Breach, Checked, DamagedRun, Deleted, Expiry, OnlyRecords, ViewColumn):
        assert not any(map(_may_be_none, get_type_hints(kind).values())), kind


def _may_be_none(hint: Any) -> bool:
    return type(None) in getattr(hint, "__args__", ())


def test_every_command_that_prints_json_is_there() -> None:
    """Each that takes `--json`; of `query` the list, as its rows are the question's."""
    commands: Any = get_group(app).commands
    names = {
        name
        for name, one in commands.items()
        if any("--json" in getattr(param, "opts", ()) for param in one.params)
    }
    told = {
        text.removeprefix("harvester ").split()[0]
        for text in [*code(prose(PAGE)), *DESCRIBED]
        if "--json" in text and text[0] != "-"
    }
    assert len(names) > 8
    assert told == names
