"""Reads template.yaml as CloudFormation would, as far as the tests need it."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

ROLE_ITSELF = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage"}
"""What Lambda does by a function's role, not the function."""

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # untyped; C is 8 times as fast
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
    return read_template(TEMPLATE)


_WITHOUT_ZONES = {
    "Zones": "none",
    "ZonesFunction": "arn:aws:lambda:us-east-1:123456789012:function:zones",
    "SparkTask": "arn:aws:states:::emr-serverless:startJobRun.sync",
    "SparkApplication": "",
    "SparkRole": "arn:aws:iam::123456789012:role/spark",
}


def read_template(path: Path) -> dict[str, Any]:
    """Return a template."""
    text = path.read_text(encoding="utf-8")
    template: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    return template


def definition(**substitutions: object) -> dict[str, Any]:
    """Return the state machine's definition as deployed, with these values substituted."""
    substitutions = {**_WITHOUT_ZONES, **substitutions}
    text = json.dumps(load()["Resources"]["StateMachine"]["Properties"]["Definition"])
    values = {"Partition": "aws", **substitutions}
    filled = re.sub(r"\$\{(\w+)\}", lambda found: str(values[found[1]]), text)
    deployed: dict[str, Any] = json.loads(filled)
    return deployed


def statements(
    role: str, bucket: str, template: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return what a role allows, with the parameters' defaults and the resources of `bucket`."""
    properties = (template or load())["Resources"][role]["Properties"]
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
        "BucketName": bucket,
        "AWS::Partition": "aws",
        "AWS::Region": "us-east-1",
        "AWS::AccountId": "123456789012",
        "TokenParameter": load()["Parameters"]["TokenParameter"]["Default"],
        "TokenSecret": "tmdb-harvester",
    }
    text = value.get("Fn::Sub") or "${" + value["Fn::GetAtt"] + "}"
    return re.sub(r"\$\{([\w:.]+)\}", lambda found: known.get(found[1], found[1]), text)
