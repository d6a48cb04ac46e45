"""Run the Lambda handler on this machine, by the scheduled job's own command.

On one line:

    python scripts/lambda_local.py
        --JOB_NAME PegaDadosTMDB --S3_INPUT_PATH --S3_TARGET_PATH s3://my-lake/Raw/

An empty input path means the newest CSVs of the lake. The token and AWS come from the environment,
as for `harvester run`. What the function returns is printed as JSON, what it logs goes to stderr.
"""

import argparse
import contextlib
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAMBDA_SECONDS = 900
MEMORY_MB = 256


@dataclass(frozen=True, slots=True)
class LocalContext:
    """What Lambda's context says: the job's name, the memory, the time that is left."""

    function_name: str
    memory_limit_in_mb: int = MEMORY_MB
    deadline: float = field(default_factory=lambda: time.monotonic() + LAMBDA_SECONDS)

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda would end this process."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def lake_of(target: str) -> str:
    """Return the lake whose `Raw/` a job's target is. Pure."""
    root = target.rstrip("/")
    return root.removesuffix("/Raw") if root.endswith("/Raw") else root


def main() -> int:
    """Run the job that the command line names; 1 when the handler raises, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--JOB_NAME", required=True)
    parser.add_argument("--S3_INPUT_PATH", nargs="?", default="")
    parser.add_argument("--S3_TARGET_PATH", required=True)
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from handlers.aws_lambda import handler  # noqa: PLC0415 - found by the line above
    from harvester.errors import HarvesterError  # noqa: PLC0415

    os.environ["HARVESTER_LAKE"] = lake_of(args.S3_TARGET_PATH)
    os.environ["AWS_LAMBDA_FUNCTION_NAME"] = args.JOB_NAME
    if args.S3_INPUT_PATH:  # not in the event, which may name no file of this machine
        os.environ["HARVESTER_INPUTS"] = args.S3_INPUT_PATH
    try:
        with contextlib.redirect_stdout(sys.stderr):
            result = handler({}, LocalContext(args.JOB_NAME))
    except KeyboardInterrupt:
        return 130
    except HarvesterError as error:
        print(f"{args.JOB_NAME}: {error}", file=sys.stderr)  # noqa: T201 - this is a program
        return 1
    print(json.dumps(result, indent=2))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
