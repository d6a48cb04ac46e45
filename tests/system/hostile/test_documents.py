"""Any change of a run's documents ends each command in a sentence, never in a traceback.

Each field in turn becomes what it may not be; then hypothesis changes whatever it likes. `verify`
ends with 3, and no command with 0 where a document that it reads is wrong.
"""

import asyncio
import copy
import hashlib
import json
import os
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_whole import HOST, Said, command, instead, make_whole, sentences

from harvester import records
from harvester.cli.exits import Exit, of_error
from harvester.errors import DocumentError, HarvesterError
from harvester.lake.documents.manifest import load_manifest
from harvester.lake.documents.plan import Plan
from harvester.run.known_plan import load_plan
from harvester.run.preview import preview
from harvester.run.receipts import receipts
from harvester.run.workers import finish_run
from harvester.settings import load_settings
from harvester.stores import open_store

TOKEN = {"TMDB_TOKEN": "a-token", "TMDB_BASE_URL": f"http://{HOST}"}
MISSING = object()
DEEP = b"[" * 5000 + b"]" * 5000
RAW = b"\x00raw\x00"
VALUES: list[Any] = [
    None,
    -1,
    10**30,
    "",
    "\x1b[31m",
    "../../../../etc/passwd",
    [],
    {},
    True,
    1.5,
    "NaN as it stands",
    "deep as it stands",
    MISSING,
]
"""What each field becomes; the two texts are written as `NaN` and as 5,000 arrays."""

DOCUMENTS = ("plan.json", "summary.json", "units/000000.json", "plan-titles.jsonl")
READS_IT = {
    "plan.json": {"verify", "status RUN", "report", "records", "run", "retry", "finish"},
    "summary.json": {"verify", "status RUN", "report", "run", "retry"},
    "units/000000.json": {"verify", "report", "records", "retry", "finish"},
    "plan-titles.jsonl": {"verify", "report", "retry"},
}


class Whole(NamedTuple):
    """A finished run in a lake of its own."""

    lake: Path
    plan: Plan

    def path(self, name: str) -> Path:
        """Return where a document of the run is."""
        return self.lake / self.plan.folder.prefix / name


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Return a finished run, which each test leaves as it was."""
    lake = tmp_path_factory.mktemp("hostile") / "lake"
    return Whole(lake, make_whole(lake))


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a document, the document's own last."""
    if isinstance(content, dict | list):
        for key, value in content.items() if isinstance(content, dict) else enumerate(content):
            yield from places(value, (*path, key))
    yield path


def changed(content: Any, path: tuple[Any, ...], value: Any) -> bytes:
    """Return a document with one value replaced, as JSON."""
    if not path:
        content = None if value is MISSING else value
    else:
        content = copy.deepcopy(content)
        at = content
        for key in path[:-1]:
            at = at[key]
        if value is MISSING:
            del at[path[-1]]
        else:
            at[path[-1]] = value
    text = json.dumps(content, separators=(",", ":")).encode()
    return text.replace(b'"NaN as it stands"', b"NaN").replace(b'"deep as it stands"', DEEP)


def is_free(name: str, path: tuple[Any, ...], before: Any, value: Any) -> bool:
    """Say whether a value is one that the document may well have had there."""
    if (type(value) is type(before) and value == before) or (
        value is MISSING and (path or ("",))[-1] in _OPTIONAL
    ):
        return True
    if value in ("NaN as it stands", "deep as it stands"):
        return False
    last, text = (path or ("",))[-1], isinstance(value, str)
    match name:
        case "plan.json":
            return path == ("units",) and value is None
        case "summary.json":
            return (
                (last == "lake" and text)
                or (path == ("inputs",) and value == [])
                or (path == ("inputs", 0) and value is MISSING)
                or (path[:1] == ("reasons",) and last == "examples" and value in ([], MISSING))
                or (path[:1] == ("reasons",) and isinstance(last, int) and value is MISSING)
                or (last == "this_process" and value == {})
                or (path[:1] == ("this_process",) and value is MISSING)
                or (last == "seconds" and value == 1.5)
                or (path == ("message",) and text)
            )
        case "units/000000.json":
            return (
                (last == "fetched_at" and (value is None or value is MISSING))
                or (
                    path[0] == "outcomes" and len(path) == 3 and value is MISSING and before is None
                )
                or (path[:2] == ("outcomes", "tt0000004") and last in _OF_FAILED and value is None)
                or (path[0] == "requests" and before == 0 and value is MISSING)
                or (path[0] == "timeline" and value in ([], MISSING))
                or (path[0] == "latency" and value in ([], {}, MISSING))
            )
    return False


_OPTIONAL = (
    *("origin", "where", "only", "max_age", "why", "answer", "shared", "filtered"),
    *("retry_of", "units"),
)
"""Later than version 1, or told by the rest: without it a document means what it meant with it."""

_OF_FAILED = ("media_type", "tmdb_id")
"""Nothing else in the lake says what a title that failed was."""


def commands(whole: Whole) -> dict[str, Callable[[], Said]]:
    """Return what reads a run's documents, by name; what is no command says its code as one."""
    run, where = whole.plan.run, ("--lake", str(whole.lake))

    def said(work: Callable[[], object]) -> Said:
        try:
            work()
        except HarvesterError as error:
            return Said(of_error(error), "", f"harvester: {error}\n")
        return Said(0, "", "")

    def planned(**flags: Any) -> Callable[[], object]:
        made = load_settings(
            {"lake": str(whole.lake), "inputs": (str(whole.lake.parent / "titles.txt"),)}
            | {"endpoints": "find,details", "run": run},
            environ=TOKEN,
            **flags,
        )
        return lambda: asyncio.run(preview(made))

    def read() -> object:
        return list(records(whole.lake, endpoint="details", run=run))

    def finish() -> object:
        with (
            instead(whole.path("summary.json"), None),
            instead(whole.path("outcomes.csv"), None),
            records_back(whole),
        ):
            return asyncio.run(
                finish_run(load_settings({"lake": str(whole.lake)}, environ=TOKEN), run)
            )

    page = str(whole.lake.parent / "page.html")
    return {
        "verify": lambda: command("verify", run, *where),
        "status": lambda: command("status", *where),
        "status RUN": lambda: command("status", run, *where),
        "report": lambda: command("report", run, *where, "-o", page),
        "records": lambda: said(read),
        "run": lambda: said(planned()),
        "retry": lambda: said(planned(retry_of=run)),
        "finish": lambda: said(finish),
    }


@contextmanager
def records_back(whole: Whole) -> Iterator[None]:
    """Put back the record files that are swept, as a changed manifest does not name them."""
    files = {path: path.read_bytes() for path in whole.lake.glob("Raw/TMDB/JSON/**/*.json")}
    try:
        yield
    finally:
        for path, data in files.items():
            path.write_bytes(data)


def is_well_formed(whole: Whole, name: str) -> bool:
    """Say whether a plan or a manifest has what each of its fields may have, true or not."""

    async def load() -> None:
        async with open_store(str(whole.lake)) as store:
            if name == "plan.json":
                await load_plan(store, whole.plan.folder)
            else:
                receipts(whole.plan, await load_manifest(store, whole.plan, 0))

    try:
        asyncio.run(load())
    except DocumentError:
        return False
    return name in {"plan.json", "units/000000.json"}


def judge(
    whole: Whole, name: str, data: bytes, *, wrong: bool, only: set[str] | None = None
) -> None:
    """Run every command over a document of these bytes, and hold it to the promise."""
    path = whole.path(name)
    with instead(path, data):
        for label, run in commands(whole).items():
            if only is not None and label not in only:
                continue
            said = run()
            context = (label, name, data[:3000], said)
            assert "Traceback" not in said.out + said.err, context
            assert said.code in set(Exit) - {Exit.UNEXPECTED}, context
            if not wrong or label not in READS_IT[name]:
                continue
            if label == "verify":
                assert said.code == Exit.SOME_FAILED, context
                lines = said.out.splitlines()
                assert lines, context
                continue
            if said.code == 0 and label != "status RUN" and is_well_formed(whole, name):
                continue  # `verify` says what contradicts it
            assert said.code == Exit.USAGE, context
            (sentence,) = sentences(said)
            assert said.err.count("\n") == 1, context
            # A plan that contradicts another document may be right: the other is named.
            named = DOCUMENTS if name == "plan.json" else (name, f"unit 0 of run {whole.plan.run}")
            assert any(one in sentence for one in named), context
            assert "\x1b" not in said.out + said.err, context


def test_untouched_nothing_is_wrong(whole: Whole) -> None:
    """The run that is changed below is whole: every command ends with 0."""
    for label, run in commands(whole).items():
        assert run().code == Exit.DONE, label


def sweep(whole: Whole) -> list[tuple[str, tuple[Any, ...], Any]]:
    """Return every single change: document, path of the field, and what it becomes.

    Of a list's entries of one shape, the first stands for the others.
    """
    found = []
    for name in DOCUMENTS[:3]:
        content = json.loads(whole.path(name).read_bytes())
        shapes: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for path in places(content):
            shapes.setdefault(tuple(0 if isinstance(key, int) else key for key in path), path)
        found += [(name, path, value) for path in shapes.values() for value in VALUES]
    return found


def apply(whole: Whole, name: str, path: tuple[Any, ...], value: Any) -> None:
    """Make one change, and judge every command that reads the document over it."""
    content = json.loads(whole.path(name).read_bytes())
    before = content
    for key in path:
        before = before[key]
    if not path and value is MISSING:
        value = None
    free = bool(path) and is_free(name, path, before, value)
    judge(whole, name, changed(content, path, value), wrong=not free, only=READS_IT[name])


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(4))
def test_each_field_of_each_document_is_changed(whole: Whole, first: int) -> None:
    """Every field of plan, summary and manifest, to each of thirteen values: a fourth each time."""
    changes = sweep(whole)
    assert len(changes) > 1400
    for name, path, value in changes[first::4]:
        apply(whole, name, path, value)


def _titles(whole: Whole, data: bytes) -> tuple[bytes, bytes]:
    """Return a plan whose hash is that of these titles, and the titles."""
    plan = json.loads(whole.path("plan.json").read_bytes())
    return json.dumps(plan | {"titles_sha256": hashlib.sha256(data).hexdigest()}).encode(), data


@pytest.mark.parametrize("field", ["id", "kind", None])
@pytest.mark.parametrize("value", VALUES)
def test_a_line_of_the_titles_is_changed(whole: Whole, field: str | None, value: Any) -> None:
    """By one who makes its hash again, too; a line that is no title names the file."""
    lines = whole.path("plan-titles.jsonl").read_bytes().splitlines(keepends=True)
    path = () if field is None else (field,)
    lines[1] = changed(json.loads(lines[1]), path, value) + b"\n"
    plan, titles = _titles(whole, b"".join(lines))
    with instead(whole.path("plan.json"), plan):
        judge(whole, "plan-titles.jsonl", titles, wrong=True, only={"verify", "report"})


@pytest.mark.parametrize(("count", "size"), [(10**14, 1 << 40), (10**12, 1 << 30), (4, 1 << 40)])
def test_titles_of_a_terabyte_are_a_breach(whole: Whole, count: int, size: int) -> None:
    """A file that takes no room on the disk, of a plan that says so: memory ended before it did."""
    content = json.loads(whole.path("plan.json").read_bytes())
    plan = content | {"titles": count, "units": -(-count // 100)}
    titles = whole.path("plan-titles.jsonl")
    with instead(whole.path("plan.json"), json.dumps(plan).encode()), instead(titles, b""):
        os.truncate(titles, size)
        tracemalloc.start()
        try:
            said = {label: commands(whole)[label]() for label in ("verify", "report")}
            assert tracemalloc.get_traced_memory()[1] < 100_000_000
        finally:
            tracemalloc.stop()
    assert {label: one.code for label, one in said.items()} == {
        "verify": Exit.SOME_FAILED,
        "report": Exit.USAGE,
    }
    for one in said.values():
        assert "plan-titles.jsonl is damaged: " in one.out + one.err
        assert "Traceback" not in one.err


@pytest.mark.parametrize(
    "change", [lambda d: d[:-1], lambda d: d + b"\n", lambda d: d[:0], lambda d: d * 2]
)
def test_the_titles_are_more_or_fewer(whole: Whole, change: Callable[[bytes], bytes]) -> None:
    """The plan's count is that of the lines: a unit has the titles that it says."""
    plan, titles = _titles(whole, change(whole.path("plan-titles.jsonl").read_bytes()))
    with instead(whole.path("plan.json"), plan):
        judge(whole, "plan-titles.jsonl", titles, wrong=True)


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        st.sampled_from([value for value in VALUES if value is not MISSING]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def altered(draw: st.DrawFn) -> tuple[str, Callable[[bytes], bytes]]:
    """Draw a document and what happens to its bytes."""
    name = draw(st.sampled_from(DOCUMENTS))
    if name == "plan-titles.jsonl" or draw(st.booleans()):
        at, cut, put = draw(st.floats(0, 1)), draw(st.integers(0, 30)), draw(st.binary(max_size=20))

        def splice(data: bytes) -> bytes:
            start = int(at * len(data))
            return data[:start] + put + data[start + cut :]

        return name, splice
    changes = draw(st.lists(st.tuples(st.floats(0, 1), JSON), min_size=1, max_size=3))

    def replace(data: bytes) -> bytes:
        content = json.loads(data)
        for where, value in changes:
            every = list(places(content))
            path = every[min(int(where * len(every)), len(every) - 1)]
            try:
                content = json.loads(changed(content, path, value))
            except RecursionError:
                return changed(content, path, value)
        return json.dumps(content).encode()

    return name, replace


def _alter(whole: Whole, change: tuple[str, Callable[[bytes], bytes]]) -> None:
    name, alter = change
    judge(whole, name, alter(whole.path(name).read_bytes()), wrong=False)


FUZZ = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(FUZZ, max_examples=50)
@given(altered())
def test_any_change_ends_in_a_sentence(
    whole: Whole, change: tuple[str, Callable[[bytes], bytes]]
) -> None:
    """Whatever the bytes become: an exit code of the table and no traceback."""
    _alter(whole, change)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(FUZZ, max_examples=2000)
@given(altered())
def test_any_change_ends_in_a_sentence_at_length(
    whole: Whole, change: tuple[str, Callable[[bytes], bytes]]
) -> None:
    """The same, two thousand times."""
    _alter(whole, change)
