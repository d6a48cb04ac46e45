"""The public API: all of it is exported, sorted, documented, typed, and imported only when used."""

import ast
import asyncio
import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import harvester
from harvester import errors

PACKAGE = Path(harvester.__file__).parent
TYPES = ("Event", "Observe")
"""Aliases of types, which have no docstring of their own."""

OTHERS = [name for name in harvester.__all__ if name not in {*TYPES, "__version__"}]


def test_the_list_is_sorted_and_whole() -> None:
    """`__all__` has each name once, what a user needs for a harvest, and `dir` shows them."""
    assert harvester.__all__ == sorted(set(harvester.__all__))
    needed = {"harvest", "records", "load_settings", "Settings", "Report", "Stop", "__version__"}
    assert needed <= set(harvester.__all__)
    assert set(harvester.__all__) <= set(dir(harvester))


def test_every_error_is_public() -> None:
    """Whatever is raised can be caught by a name of the public API."""
    ours = {name for name, one in vars(errors).items() if inspect.isclass(one)}
    exported = {name for name in harvester.__all__ if hasattr(errors, name)}
    assert exported == ours
    assert all(getattr(harvester, name) is getattr(errors, name) for name in ours)


def test_a_star_import_gives_exactly_the_list() -> None:
    """Nothing else comes along."""
    found: dict[str, Any] = {}
    exec("from harvester import *", found)  # noqa: S102 - what a star does is what is tested
    del found["__builtins__"]
    assert sorted(found) == harvester.__all__


def test_a_type_checker_sees_what_the_interpreter_gets() -> None:
    """Each lazy name comes from the module that the imports for type checkers name."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    (choice,) = (node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in choice.body if isinstance(node, ast.ImportFrom)]
    typed = {alias.name: node.module for node in imports for alias in node.names}
    assert typed == harvester._MODULE_OF  # type: ignore[attr-defined]  # hidden from mypy
    assert set(typed) == set(harvester.__all__) - set(vars(errors)) - {"__version__"}


@pytest.mark.parametrize("name", OTHERS)
def test_every_name_is_documented_and_typed(name: str) -> None:
    """Classes, their public methods and functions have docstrings; all that is given has a type."""
    one = getattr(harvester, name)
    assert one.__doc__
    functions = [one] if inspect.isfunction(one) else []
    if inspect.isclass(one) and not issubclass(one, Exception):
        functions += [
            method
            for label, method in inspect.getmembers(one, inspect.isfunction)
            if not label.startswith("_")
        ]
    if dataclasses.is_dataclass(one):
        assert {field.name for field in dataclasses.fields(one)} <= set(get_type_hints(one))
    for function in functions:
        assert function.__doc__
        parameters = set(inspect.signature(function).parameters) - {"self"}
        assert parameters | {"return"} == set(get_type_hints(function))


@pytest.mark.parametrize("name", TYPES)
def test_every_alias_is_documented(name: str) -> None:
    """A string stands below it, where an editor looks for it."""
    module = harvester._MODULE_OF[name]  # type: ignore[attr-defined]  # hidden from mypy
    source = PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py")
    body = ast.parse(source.read_text("utf-8")).body
    (place,) = (
        at
        for at, node in enumerate(body)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    )
    below = body[place + 1]
    assert isinstance(below, ast.Expr)
    assert isinstance(below.value, ast.Constant)


def test_the_package_is_marked_as_typed() -> None:
    """Without `py.typed` a type checker takes all of it for Any (PEP 561)."""
    assert (PACKAGE / "py.typed").is_file()


@pytest.mark.parametrize("module", ["harvester", "harvester.cli.app"])
def test_nothing_is_imported_before_it_is_used(module: str) -> None:
    """Not by `import harvester`, and so not by `--help` or a function's cold start either."""
    program = f"import sys, {module}; harvester.LakeError; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(ended.stdout.split())
    assert not loaded & {"aiohttp", "aioboto3", "botocore", "duckdb", "harvester.run.harvest"}
    if module == "harvester":
        assert not loaded & {"rich", "typer", "orjson", "msgspec", "asyncio", "harvester.run"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module, so that `hasattr` and `from … import` say what they always say."""
    assert not hasattr(harvester, "no_such_name")
    with pytest.raises(ImportError, match="no_such_name"):
        exec("from harvester import no_such_name")  # noqa: S102 - as mypy refuses it


def test_one_can_harvest_and_read_by_public_names_alone(tmp_path: Path) -> None:
    """Settings, a run with an observer, its Report and its records; the errors are caught."""
    Path("ids.txt").write_text("tt0000001\ntt0000002\ntt0000003\n", encoding="utf-8")
    settings = harvester.load_settings(
        {"inputs": ["ids.txt"], "endpoints": "details", "rate": "1000"}, local=True
    )
    seen: list[tuple[harvester.Event, int]] = []

    def observe(event: harvester.Event, snapshot: harvester.Snapshot) -> None:
        seen.append((event, snapshot.done))

    async def run() -> harvester.Report:
        return await harvester.harvest(settings, stop=harvester.Stop(), observe=observe)

    report = asyncio.run(run())
    assert report.done
    assert [event for event, _ in seen] == ["planned", "starting", "committed", "finishing"]
    found = list(harvester.records(settings.lake, endpoint="details", run=report.run))
    assert len(found) == report.records == report.titles.harvested > 0
    with pytest.raises(harvester.UserError):
        harvester.load_settings({"rate": "fast"}, local=True)
