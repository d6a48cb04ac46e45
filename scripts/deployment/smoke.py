"""One small harvest in the deployed stack, judged by `harvester verify`."""

import json
import subprocess
import sys
import time
import uuid
from typing import Any

from deployment.account import Account
from deployment.stack import ROOT, Stack
from harvester.errors import SettingError

EVENT = {"origin": "tmdb", "inputs": ["tmdb:movie/278", "tmdb:tv/1396"]}
"""Two titles by TMDB's ids: no CSV is needed, and none that lies in the lake is harvested."""

_SECONDS = 900


def smoke(account: Account, stack: Stack) -> str:
    """Execute the state machine, wait for its end, and verify the run; return that in words.

    Raises `SettingError` with what went wrong.
    """
    steps = account.client("stepfunctions")
    arn = steps.start_execution(
        stateMachineArn=stack.outputs["StateMachine"],
        name=f"smoke-{uuid.uuid4().hex[:12]}",
        input=json.dumps(EVENT),
    )["executionArn"]
    report = _end(steps, arn)
    run = report.get("run")
    if not report.get("done"):
        reason = report.get("finish_reason", "another execution was at work")
        raise SettingError(f"the smoke harvest ended undone ({reason}): repeat it later")
    command = [sys.executable, "-m", "harvester", "verify", str(run)]
    sys.stdout.flush()
    ended = subprocess.run(
        [*command, "--lake", f"s3://{stack.lake}"], cwd=ROOT, check=False
    ).returncode
    if ended:
        raise SettingError(
            f"run {run} was harvested, and `harvester verify` found it wrong: see above"
        )
    titles = report["titles"]
    return f"run {run}: {titles['harvested']} of {titles['total']} titles harvested, and verified"


def _end(steps: Any, arn: str) -> dict[str, Any]:
    """Return what an execution answered."""
    deadline = time.monotonic() + _SECONDS
    while (found := steps.describe_execution(executionArn=arn))["status"] == "RUNNING":
        if time.monotonic() > deadline:
            raise SettingError(f"execution {arn} is still running after {_SECONDS // 60} minutes")
        time.sleep(1)
    if found["status"] != "SUCCEEDED":
        why = _sentence(found.get("cause", ""))
        raise SettingError(f"execution {arn} is {found['status']}: {found.get('error', '')} {why}")
    answer: dict[str, Any] = json.loads(found["output"])
    return answer


def _sentence(cause: str) -> str:
    """Return the message of a Lambda's error, which Step Functions passes on as JSON."""
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return cause[:500]
