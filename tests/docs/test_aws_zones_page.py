"""`docs/aws-zones.md` says what `zones.yaml`, the function and the catalog are."""

import ast
import json
import re
from pathlib import Path

import pytest
from manual import ROOT, blocks, prose
from template import load, read_template

from handlers import zones
from harvester.zones.built import Built

PAGE = ROOT / "docs" / "aws-zones.md"
STACK = read_template(ROOT / "zones.yaml")
TEXT = prose(PAGE)


def test_each_parameter_is_there_with_its_default() -> None:
    """The table has the stack's parameters, in its order, and no others."""
    rows = re.findall(r"^\| `(\w+)` \|\s*`?([^|`]*)`?\s*\|", TEXT, re.MULTILINE)
    declared = [(name, str(one.get("Default", ""))) for name, one in STACK["Parameters"].items()]
    assert [(name, default.strip()) for name, default in rows] == declared


def test_the_events_are_those_of_the_function() -> None:
    """Each event of the table, and of the command that calls the function, is read as it says."""
    events = re.findall(r"`(\{.*?\})`", TEXT) + re.findall(
        r"--payload '(\{.*?\})'", "".join(block.text for block in blocks(PAGE))
    )
    steps = {zones.read_event(json.loads(event)).step for event in events}
    assert steps == {"both", "trusted", "refined"}


def test_the_answers_keys_are_those_of_the_function() -> None:
    """Nothing of an answer is left out."""
    said = re.findall(r"`(\w+)`", TEXT[TEXT.index("The answer has") : TEXT.index("**Killed")])
    assert set(zones._short(Built("Trusted"))) - {"zone"} <= set(said)
    tree = ast.parse(Path(zones.__file__).read_text("utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {"finished", "nothing_to_do", "deadline"} <= texts & set(said)


@pytest.mark.parametrize("name", ["ZonesFunction", "SparkApplication", "SparkRole"])
def test_what_the_harvests_stack_is_given(name: str) -> None:
    """The parameters exist there, and the zones' stack puts them out."""
    assert f"`{name}`" in TEXT
    assert load()["Parameters"][name]["Default"] == ""
    assert name.replace("Zones", "") in STACK["Outputs"]


def test_the_alarm_and_the_limits() -> None:
    """Names and numbers that stand in the text are the template's."""
    assert "`BreachesAlarm`" in TEXT
    assert STACK["Resources"]["BreachesAlarm"]["Properties"]["MetricName"] == "Breaches"
    assert STACK["Resources"]["ZonesFunction"]["Properties"]["Timeout"] == 900
    assert STACK["Resources"]["SparkApplication"]["Properties"]["ReleaseLabel"] in TEXT
