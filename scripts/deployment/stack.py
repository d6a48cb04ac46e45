"""The stack: what CloudFormation knows of it, and SAM's deploy."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import ClientError, WaiterError

from deployment.account import Account
from harvester.errors import SettingError
from harvester.settings import token_variables

ROOT = Path(__file__).resolve().parents[2]
SAM = ROOT / ".venv-sam/bin/sam"
SAMS_OWN = "aws-sam-cli-managed-default"
"""The stack that `sam deploy` makes for its uploads, one for all that SAM deploys in a region."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack as it is now; `status` is empty where there is none."""

    name: str
    status: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_there(self) -> bool:
        """Whether it was deployed: what was rolled back or only reviewed was not."""
        return self.status not in {"", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"}

    @property
    def lake(self) -> str:
        """Its bucket."""
        return self.outputs.get("Lake", "").removeprefix("s3://")


def look(account: Account, name: str) -> Stack:
    """Return a stack as it is now. Raises `SettingError` while it is changed by somebody."""
    try:
        (found,) = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return Stack(name)
        raise
    status = found["StackStatus"]
    if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        raise SettingError(f"stack {name} is {status}: wait until that is over, then repeat this")
    return Stack(
        name,
        status,
        {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])},
        {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])},
    )


def deploy(account: Account, name: str, parameters: Mapping[str, str]) -> None:
    """Let SAM deploy template.yaml; what is not among the parameters stays as it is.

    Raises `SettingError` if it fails: then CloudFormation has put back what was before.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parameters.yaml"  # of which JSON is a part
        file.write_text(json.dumps(parameters), encoding="utf-8")
        command = [
            *(str(SAM), "deploy", "--template-file", "template.yaml", "--stack-name", name),
            *("--region", account.region, "--s3-prefix", name),
            *("--parameter-overrides", f"file://{file}"),
        ]
        sys.stdout.flush()
        ended = subprocess.run(command, cwd=ROOT, env=_environ(), check=False).returncode
    if ended:
        raise SettingError(
            f"stack {name} was not deployed, and is as it was before: SAM says above why; "
            "put it right and repeat this"
        )


def delete(account: Account, name: str) -> None:
    """Delete a stack and wait until it is gone. Raises `SettingError` if something stays."""
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=name)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=name, WaiterConfig={"Delay": 5, "MaxAttempts": 240}
        )
    except WaiterError:
        raise SettingError(
            f"stack {name} could not be deleted: its events in CloudFormation's console say why"
        ) from None


def _environ() -> dict[str, str]:
    """Return the environment for SAM, without any token: it needs none."""
    tokens = token_variables()
    kept = {name: value for name, value in os.environ.items() if name not in tokens}
    return {**kept, "SAM_CLI_TELEMETRY": "0"}
