"""A deploy that fails, one that is repeated, one over a bucket that exists; and their ends."""

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from aws_emulator import Aws, running_aws
from manual import ROOT, blocks
from template import load

from harvester.lake import keys

CSVS = {
    f"{keys.CSV_ROOT}{folder}/2026/11/01/{folder}.csv": b"imdb_id\ntt1\n"
    for folder in keys.CSV_FOLDER.values()
}
TOKEN = "eyJ-a-token-of-the-tests"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_deploys_in_every_order(clone: Path, tmp_path: Path) -> None:
    """A bucket's name is free again after a rollback; one that exists is not touched."""
    with running_aws(tmp_path, "http://127.0.0.1:9") as aws:
        _lacks(aws, clone, "TMDB_TOKEN is not set", TMDB_TOKEN="")
        aws.refuses.touch()
        _package(aws, clone)
        failed = _deploy(aws, clone, "deploy", BUCKET="new-films")
        assert failed.returncode == 2, failed.stdout
        assert "was not deployed" in failed.stderr
        assert not _buckets(aws)
        aws.refuses.unlink()
        variables = {"BUCKET": "new-films", "PARAMETERS": "OnUpload=true"}
        repeated = _deploy(aws, clone, "deploy", **variables)
        assert repeated.returncode == 0, repeated.stderr
        assert _buckets(aws) == {"new-films"}
        again = _deploy(aws, clone, "deploy")
        assert again.returncode == 0, again.stderr
        assert "No changes to deploy" in again.stdout + again.stderr
        _by_sam_alone(aws, clone)
        _upload(aws)
        assert _deploy(aws, clone, "destroy").returncode == 0
        assert _buckets(aws) == {"new-films"}
        _adopt(aws, clone)


def _upload(aws: Aws) -> None:
    """Upload CSVs: one among the inputs starts an execution, one that a run was given does not."""
    s3, steps = aws.client("s3"), aws.client("stepfunctions")
    machine = steps.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    s3.put_object(Bucket="new-films", Key=keys.given_csv_key("0" * 64, "m.csv"), Body=b"imdb_id\n")
    for key, body in CSVS.items():
        s3.put_object(Bucket="new-films", Key=key, Body=body)
    deadline = time.monotonic() + 20
    while len(found := steps.list_executions(stateMachineArn=machine)["executions"]) < len(CSVS):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    time.sleep(1)
    found = steps.list_executions(stateMachineArn=machine)["executions"]
    assert len(found) == len(CSVS)
    inputs = {steps.describe_execution(executionArn=one["executionArn"])["input"] for one in found}
    assert inputs == {"{}"}


def _adopt(aws: Aws, clone: Path) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="old-films")
    for key, body in CSVS.items():
        s3.put_object(Bucket="old-films", Key=key, Body=body)
    before = _state(s3)
    iam = aws.client("iam")
    role = iam.create_role(RoleName="mine", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    given = f"ExistingRoleArn={role}"
    adopted = _deploy(aws, clone, "deploy", BUCKET="old-films", PARAMETERS=given)
    assert adopted.returncode == 0, adopted.stderr
    assert [one["RoleName"] for one in iam.list_roles()["Roles"]] == ["mine"]
    assert "Lake          s3://old-films" in adopted.stdout
    assert _state(s3) == before
    other = _deploy(aws, clone, "deploy", BUCKET="new-films")
    assert (other.returncode, "has its lake in old-films" in other.stderr) == (2, True)
    refused = _deploy(aws, clone, "destroy", EMPTY="yes")
    assert (refused.returncode, "was there before" in refused.stderr) == (2, True)
    gone = _deploy(aws, clone, "destroy")
    assert gone.returncode == 0, gone.stderr
    assert "old-films stays" in gone.stdout
    assert _state(s3) == before


def _state(s3: Any) -> dict[str, Any]:
    """Return all that could change of the adopted bucket."""
    found: dict[str, Any] = {"objects": s3.list_object_versions(Bucket="old-films")["Versions"]}
    for what in ("versioning", "notification_configuration", "encryption", "policy", "tagging"):
        try:
            found[what] = getattr(s3, f"get_bucket_{what}")(Bucket="old-films")
        except s3.exceptions.ClientError as error:
            found[what] = error.response["Error"]["Code"]
        else:
            found[what].pop("ResponseMetadata")
    return found


def _package(aws: Aws, clone: Path) -> None:
    """Make archives, and make's stamp on them, of functions that nothing calls here."""
    folder = clone / "dist"
    folder.mkdir()
    for name in ("layer", "code"):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.writestr("python/empty.py", f"# {name}\n")
    environ = aws.environ
    (folder / f".python{environ['LAMBDA_PYTHON']}-{environ['LAMBDA_ARCH']}").touch()


def _deploy(
    aws: Aws, clone: Path, command: str, **variables: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "scripts/deploy.py", command],
        cwd=clone,
        env=_environ(aws) | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def _lacks(aws: Aws, clone: Path, sentence: str, **variables: str) -> None:
    ended = _deploy(aws, clone, "check", **variables)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
    assert sentence in ended.stderr


def _by_sam_alone(aws: Aws, clone: Path) -> None:
    """Deploy by the page's commands without make's targets, and answer what SAM asks.

    The same parameters and archives make the same stack.
    """
    texts = [b.text for b in blocks(ROOT / "docs" / "aws.md") if b.language == "sh"]
    (text,) = (one for one in texts if "--guided" in one)
    given = {
        "BucketName": "new-films",
        "OnUpload": "true",
        "Runtime": f"python{aws.environ['LAMBDA_PYTHON']}",
        "Architecture": aws.environ["LAMBDA_ARCH"],
    }
    answers = ["", "", *(given.get(name, "") for name in load()["Parameters"]), *[""] * 12]
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=clone,
        env=_environ(aws),
        input="\n".join(answers),
        capture_output=True,
        text=True,
        check=False,
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said[-6000:]
    assert "No changes to deploy" in said


def _buckets(aws: Aws) -> set[str]:
    """Return the names of all buckets but SAM's own."""
    names = {one["Name"] for one in aws.client("s3").list_buckets()["Buckets"]}
    return {name for name in names if not name.startswith("aws-sam-cli-")}


def _environ(aws: Aws) -> dict[str, str]:
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return {
        **pip,
        **aws.environ,
        "PATH": os.environ["PATH"],
        "TMDB_TOKEN": TOKEN,
        "SAM_CLI_TELEMETRY": "0",
    }
