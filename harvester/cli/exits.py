"""Exit codes: the interface of scripts and schedulers."""

from enum import IntEnum

from harvester.errors import (
    HarvesterError,
    QuotaUsedUp,
    RunHeld,
    StoreDown,
    TokenRefused,
    UpstreamDown,
    UserError,
)
from harvester.lake.documents.summary import Report


class Exit(IntEnum):
    """What a command's exit code means."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    SOME_FAILED = 3
    TOKEN_REFUSED = 4
    GAVE_UP = 5
    RUN_HELD = 6
    STOPPED = 10
    INTERRUPTED = 130


def of_error(error: HarvesterError) -> Exit:
    """Return the exit code of an error that ends a command."""
    match error:
        case UserError():
            return Exit.USAGE
        case TokenRefused():
            return Exit.TOKEN_REFUSED
        case UpstreamDown() | StoreDown():
            return Exit.GAVE_UP
        case RunHeld():
            return Exit.RUN_HELD
        case QuotaUsedUp():
            return Exit.STOPPED
        case _:
            return Exit.INTERRUPTED


def of_report(report: Report) -> Exit:
    """Return the exit code of a run."""
    match report.finish_reason:
        case "finished" | "nothing_to_do" | "nothing_due" | "expired":
            return Exit.SOME_FAILED if report.titles.failed else Exit.DONE
        case "deadline" | "max_duration" | "quota":
            return Exit.STOPPED
        case "interrupted" | "unfinished":
            return Exit.INTERRUPTED
        case "token_refused":
            return Exit.TOKEN_REFUSED
        case "upstream_down" | "store_down":
            return Exit.GAVE_UP
        case "held" | "taken_over":
            return Exit.RUN_HELD
