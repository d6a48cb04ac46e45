"""What `make deploy` asks of its environment, and what it does with a token."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import deploy
import pytest
from deployment import token
from deployment.account import Account
from deployment.stack import Stack
from moto import mock_aws

from harvester.errors import SettingError

ROOT = Path(__file__).parents[2]
PARAMETER = "/tmdb-harvester/token"


def _run(command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, ROOT / "scripts/deploy.py", command],
        env={**kept, "AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "no AWS region is known"),
        ({"AWS_REGION": "us-east-1"}, "no AWS credentials are known"),
        ({"AWS_REGION": "us-east-1", "AWS_PROFILE": "none"}, "the AWS credentials can't be used"),
        ({"SCHEDULE": "monthly"}, "SCHEDULE takes"),
        ({"PARAMETERS": "Rate"}, "PARAMETERS takes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_missing_is_one_sentence(variables: dict[str, str], sentence: str) -> None:
    """Exit code 2, one line, no traceback."""
    ended = _run("check", **variables)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_an_account_that_is_not_reached_is_for_later() -> None:
    """Exit code 5: nothing must be put right here."""
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"}
    ended = _run("check", **keys, AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
    assert ended.returncode == 5
    assert ended.stderr == "AWS can't be reached: check the network and the region's name\n"


def test_variables_become_parameters() -> None:
    """A schedule turns itself on, `off` turns it off; values may have spaces and equals signs."""
    where = "Where='genre=Drama' AlarmEmail=you@example.org"
    asked = deploy.read({"SCHEDULE": "cron(0 3 1 * ? *)", "PARAMETERS": where, "BUCKET": "b"})
    assert asked.parameters == {
        "Where": "genre=Drama",
        "AlarmEmail": "you@example.org",
        "ScheduleState": "ENABLED",
        "Schedule": "cron(0 3 1 * ? *)",
    }
    assert (asked.stack, asked.bucket, asked.empty) == ("tmdb-harvester", "b", False)
    assert deploy.read({"SCHEDULE": "off"}).parameters == {"ScheduleState": "DISABLED"}


@pytest.mark.parametrize(
    "environ",
    [{"STACK": "a b"}, {"EMPTY": "maybe"}, {"PARAMETERS": "A='b"}, {"SCHEDULE": "cron()"}],
)
def test_wrong_variables_are_named(environ: dict[str, str]) -> None:
    """The sentence names the variable."""
    with pytest.raises(SettingError, match=next(iter(environ))):
        deploy.read(environ)


@pytest.mark.parametrize(
    ("held", "given", "stored"),
    [
        (None, {"TMDB_TOKEN": "new"}, "new"),
        ("old", {"TMDB_TOKEN": "new"}, "new"),
        ("old", {"OMDB_API_KEY": "1"}, {"OMDB_API_KEY": "1", "TMDB_TOKEN": "old"}),
        (
            '{"TMDB_TOKEN":"old","OMDB_API_KEY":"1"}',
            {"TMDB_TOKEN": "new"},
            {"OMDB_API_KEY": "1", "TMDB_TOKEN": "new"},
        ),
        ('{"TMDB_API_KEY":"old"}', {"TMDB_TOKEN": "new"}, "new"),
        ("12345", {"OMDB_API_KEY": "1"}, {"OMDB_API_KEY": "1", "TMDB_TOKEN": "12345"}),
    ],
)
def test_what_is_stored(held: str | None, given: dict[str, str], stored: Any) -> None:
    """TMDB's token alone is stored as it is; with others each stands under its variable."""
    text = token.merged(held, given)
    assert (text if isinstance(stored, str) else json.loads(text)) == stored


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return an account of moto's, in this process."""
    import boto3  # noqa: PLC0415 - moto must be first

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    with mock_aws():
        yield Account(boto3.Session(region_name="us-east-1"), "123456789012", "us-east-1")


def test_a_token_is_stored_kept_replaced_and_deleted(account: Account) -> None:
    """Stored once; not again when it is the same, nor lost when the environment has none."""
    with pytest.raises(SettingError, match="TMDB_TOKEN is not set"):
        token.ensure_token(account, PARAMETER, {}, "tmdb")
    assert token.ensure_token(account, PARAMETER, {}, "tvmaze") == "none, as none is needed"
    said = [
        token.ensure_token(account, PARAMETER, {"TMDB_TOKEN": "eyJ-1"}, "tmdb"),
        token.ensure_token(account, PARAMETER, {"TMDB_TOKEN": "eyJ-1"}, "tmdb"),
        token.ensure_token(account, PARAMETER, {}, "tmdb"),
        token.replace_token(account, PARAMETER, {"TMDB_TOKEN": "eyJ-2"}),
    ]
    assert [one.split()[0] for one in said] == ["stored", "kept", "kept", "stored"]
    assert "eyJ" not in "".join(said)
    found = account.client("ssm").get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]
    assert (found["Value"], found["Type"], found["Version"]) == ("eyJ-2", "SecureString", 2)
    token.forget(account, PARAMETER)
    token.forget(account, PARAMETER)
    with pytest.raises(SettingError, match="export the new token"):
        token.replace_token(account, PARAMETER, {})


def test_the_stack_says_which_token_it_uses() -> None:
    """The parameter of a stack that is there is kept; a new stack has one of its own."""
    asked = deploy.read({"STACK": "films"})
    assert asked.token_parameter(Stack("films")) == "/films/token"
    there = Stack("films", "CREATE_COMPLETE", {"TokenParameter": "/mine"})
    assert asked.token_parameter(there) == "/mine"
