"""The stack of template.yaml in an AWS account: `make deploy`, `make smoke`, `make destroy`.

    python scripts/deploy.py check|deploy|token|smoke|destroy

Needed are AWS's own settings (credentials, a region), nothing of the AWS CLI. The rest is told by
variables: STACK (tmdb-harvester), BUCKET, SCHEDULE (an expression, or off), PARAMETERS (of the
template, such as "AlarmEmail=you@example.org Only=due"), EMPTY=yes; tokens by TMDB_TOKEN and its
like. Exit code 2 says that something must be put right, 5 that AWS can't be reached.
"""

import argparse
import os
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError
from deployment import bucket, stack, token
from deployment.account import Account, code, signed_in
from deployment.smoke import smoke
from deployment.stack import SAMS_OWN, Stack

from harvester.errors import HarvesterError, SettingError, StoreDown

COMMANDS = ("check", "deploy", "token", "smoke", "destroy")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the environment asks for: a stack's name, and parameters of the template."""

    stack: str
    bucket: str
    parameters: dict[str, str]
    empty: bool

    def parameter(self, name: str, found: Stack, default: str) -> str:
        """Return a parameter's value: as asked for, as deployed, or the default."""
        return self.parameters.get(name) or found.parameters.get(name) or default

    def token_parameter(self, found: Stack) -> str:
        """Return the name under which the token lies."""
        return self.parameter("TokenParameter", found, f"/{self.stack}/token")


def read(environ: Mapping[str, str]) -> Asked:
    """Return what is asked for. Raises `SettingError` naming the variable. Pure."""
    name = environ.get("STACK") or "tmdb-harvester"
    if not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9-]{0,60}", name):
        raise SettingError(f"STACK takes letters, digits and hyphens, not {name[:80]!r}")
    parameters = {}
    try:
        words = shlex.split(environ.get("PARAMETERS", ""))
    except ValueError:
        raise SettingError("PARAMETERS has a quote that does not end") from None
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z0-9]+", key):
            raise SettingError(f"PARAMETERS takes Name=value and Name='a value', not {word[:80]!r}")
        parameters[key] = value
    if schedule := environ.get("SCHEDULE", ""):
        if schedule == "off":
            parameters["ScheduleState"] = "DISABLED"
        elif re.fullmatch(r"(cron|rate|at)\(.+\)", schedule):
            parameters |= {"ScheduleState": "ENABLED", "Schedule": schedule}
        else:
            raise SettingError(
                f'SCHEDULE takes off, or such as "cron(0 3 1 * ? *)", not {schedule[:80]!r}'
            )
    empty = environ.get("EMPTY", "")
    if empty not in {"", "no", "yes"}:
        raise SettingError(f"EMPTY takes yes or no, not {empty[:80]!r}")
    return Asked(name, environ.get("BUCKET", ""), parameters, empty == "yes")


def check(account: Account, asked: Asked) -> None:
    """Say what is missing for a deploy, before anything is built."""
    found = stack.look(account, asked.stack)
    _settle_bucket(account, asked, found)
    if not asked.parameter("TokenSecret", found, ""):
        origin = asked.parameter("Origin", found, "tmdb")
        _say("token", token.ensure_token(account, asked.token_parameter(found), os.environ, origin))


def deploy(account: Account, asked: Asked) -> None:
    """Deploy the stack, for the first time or again, and print its outputs."""
    check(account, asked)
    found = stack.look(account, asked.stack)
    if found.status == "ROLLBACK_COMPLETE":  # a first deploy that failed: nothing of it is left
        stack.delete(account, asked.stack)
    name, is_adopted = _settle_bucket(account, asked, found)
    parameters = {
        **asked.parameters,
        "BucketName": name,
        "BucketExists": "true" if is_adopted else "false",
        "TokenParameter": asked.token_parameter(found),
        "Runtime": f"python{os.environ.get('LAMBDA_PYTHON') or '3.13'}",  # as the Makefile builds
        "Architecture": os.environ.get("LAMBDA_ARCH") or "arm64",
    }
    stack.deploy(account, asked.stack, parameters)
    found = stack.look(account, asked.stack)
    if is_adopted and found.parameters.get("OnUpload") == "true":
        bucket.send_events(account, name)
    for key, value in sorted(found.outputs.items()):
        _say(key, value)


def _settle_bucket(account: Account, asked: Asked, found: Stack) -> tuple[str, bool]:
    """Return the bucket's name, and whether it is there without being the stack's own."""
    name = asked.bucket or found.lake or f"{asked.stack}-{account.number}-{account.region}".lower()
    if found.is_there and found.lake != name:
        raise SettingError(
            f"stack {asked.stack} has its lake in {found.lake}, not in {name}: "
            "give another STACK for another lake"
        )
    is_own = (
        found.is_there
        and found.parameters.get("BucketName") == name
        and found.parameters.get("BucketExists") == "false"
    )
    return name, not is_own and bucket.exists(account, name)


def rotate(account: Account, asked: Asked) -> None:
    """Put another token in the place of the one that is stored."""
    found = stack.look(account, asked.stack)
    _say("token", token.replace_token(account, asked.token_parameter(found), os.environ))


def destroy(account: Account, asked: Asked) -> None:
    """Delete the stack, its token and what SAM uploaded; with EMPTY=yes the bucket, too."""
    found = stack.look(account, asked.stack)
    name = found.lake or _settle_bucket(account, asked, found)[0]
    if asked.empty and bucket.exists(account, name) and not bucket.is_made_by_stack(account, name):
        raise SettingError(
            f"bucket {name} was there before the stack: EMPTY=yes is not for it; delete it yourself"
        )
    if found.status:
        stack.delete(account, asked.stack)
    token.forget(account, asked.token_parameter(found))
    _say("stack", f"{asked.stack} is deleted, and its token")
    _delete_uploads(account, asked.stack)
    if not bucket.exists(account, name):
        return
    if asked.empty:
        count = bucket.empty(account, name)
        bucket.delete(account, name)
        _say("bucket", f"{name} is deleted with {count} versions of objects")
    else:
        _say("bucket", f"{name} stays, with your data")


def _delete_uploads(account: Account, name: str) -> None:
    """Delete what SAM uploaded for the stack, and SAM's own stack if nothing else needs it."""
    sams = stack.look(account, SAMS_OWN)
    uploads = sams.outputs.get("SourceBucket", "")
    if not uploads:
        return
    bucket.empty(account, uploads, f"{name}/")
    if account.client("s3").list_object_versions(Bucket=uploads, MaxKeys=1).get("Versions"):
        _say("SAM", f"{uploads} stays, since it holds uploads of other stacks")
        return
    bucket.empty(account, uploads)
    stack.delete(account, SAMS_OWN)
    _say("SAM", f"{SAMS_OWN} is deleted, and its bucket")


def _smoke(account: Account, asked: Asked) -> None:
    found = stack.look(account, asked.stack)
    if not found.is_there:
        raise SettingError(f"there is no stack {asked.stack}: `make deploy` makes it")
    _say("smoke", smoke(account, found))


def _say(what: str, text: str) -> None:
    sys.stdout.write(f"{what:<14}{text}\n")


def main() -> int:
    """Do what is asked; the exit code says whether it was done."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args().command
    do = {"check": check, "deploy": deploy, "token": rotate, "smoke": _smoke, "destroy": destroy}
    try:
        asked = read(os.environ)
        account = signed_in(dict(os.environ))
        os.environ["AWS_DEFAULT_REGION"] = account.region  # SAM and botocore read no AWS_REGION
        do[command](account, asked)
    except ClientError as error:
        sentence = (
            f"AWS refused {error.operation_name} ({code(error)}): check what you may do there"
        )
        return _refuse(sentence, 2)
    except BotoCoreError as error:
        return _refuse(f"AWS did not answer ({type(error).__name__}): repeat this later", 5)
    except StoreDown as error:
        return _refuse(str(error), 5)
    except HarvesterError as error:
        return _refuse(str(error), 2)
    return 0


def _refuse(sentence: str, exit_code: int) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"{sentence}\n")
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
