"""Reads template.yaml as CloudFormation would, as far as the tests need it."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types of its own
    """YAML with CloudFormation's short tags: `!Ref X` becomes `{"Ref": "X"}`."""


def _tag(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _tag)


def load() -> dict[str, Any]:
    """Return the template."""
    text = TEMPLATE.read_text(encoding="utf-8")
    template: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    return template


def definition(**substitutions: object) -> dict[str, Any]:
    """Return the state machine's definition as deployed, with these values substituted."""
    text = json.dumps(load()["Resources"]["StateMachine"]["Properties"]["Definition"])
    filled = re.sub(r"\$\{(\w+)\}", lambda found: str(substitutions[found[1]]), text)
    deployed: dict[str, Any] = json.loads(filled)
    return deployed


def statements(role: str, bucket: str) -> list[dict[str, Any]]:
    """Return what a role allows, with the parameters' defaults and the resources of `bucket`."""
    properties = load()["Resources"][role]["Properties"]
    found = []
    for policy in properties["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if "Fn::If" in statement:
                statement = statement["Fn::If"][1]  # noqa: PLW2901 - same for both ways
            resources = _listed(statement["Resource"])
            found.append(
                {
                    "actions": _listed(statement["Action"]),
                    "resources": [_resource(one, bucket) for one in resources],
                }
            )
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource(value: Any, bucket: str) -> str:
    known: dict[str, str] = {
        "Bucket.Arn": f"arn:aws:s3:::{bucket}",
        "AWS::Partition": "aws",
        "AWS::Region": "us-east-1",
        "AWS::AccountId": "123456789012",
        "TokenParameter": load()["Parameters"]["TokenParameter"]["Default"],
        "TokenSecret": "tmdb-harvester",
    }
    text = value.get("Fn::Sub") or "${" + value["Fn::GetAtt"] + "}"
    return re.sub(r"\$\{([\w:.]+)\}", lambda found: known.get(found[1], found[1]), text)
