"""The zones' Lambda function: Trusted and Refined of a lake, as far as its deadline allows.

Each date of Trusted is finished by itself, so a call that runs out of time is taken up by the next.
Nothing outlives a call.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import duckdb

from handlers.metrics import with_metrics
from handlers.telemetry import Context
from harvester.errors import HarvesterError, InputError, SettingError
from harvester.run.log import entry, line
from harvester.runtime import give_back_large_blocks
from harvester.settings import lake_of
from harvester.stores import Store, open_store
from harvester.zones import state
from harvester.zones.built import Built
from harvester.zones.memory import memory_of_duckdb
from harvester.zones.refined.build import build_refined
from harvester.zones.trusted.build import build_trusted

Step = Literal["trusted", "refined", "both"]

VERSION = 1
_BUILDS = {"trusted": build_trusted, "refined": build_refined}
_MEGABYTES = 1024
"""Less memory than this is refused."""
_MARGIN_SECONDS = 20.0
"""How long before the deadline a build is given up: it interrupts a query, and ends its lease."""
_SHOWN = 20
"""How many breached checks, and damaged runs, an answer names."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: which zones, and whether also what has not changed is built again."""

    step: Step = "both"
    rebuild: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones to build, in order."""
        return tuple(_BUILDS) if self.step == "both" else (self.step,)


def handler(event: Any, context: Context) -> dict[str, Any]:
    """Handle one call and return what was built; `docs/aws-zones.md` lists events and answers.

    Raises only errors that should trigger an alarm, or that Step Functions should retry.
    """
    give_back_large_blocks()
    return asyncio.run(_call(event, context))


def read_event(event: Any) -> Call:
    """Parse an event into a call. Raises `SettingError` naming the key."""
    if not isinstance(event, Mapping):
        raise SettingError('the event is no JSON object, such as {"step": "both"}')
    for name in event:
        if name not in {"step", "rebuild"}:
            raise SettingError(f"the event has {str(name)[:80]!r}; it takes step, rebuild")
    step, rebuild = event.get("step", "both"), event.get("rebuild", False)
    if step not in get_args(Step):
        raise SettingError(f"the event's step is one of {', '.join(get_args(Step))}")
    if not isinstance(rebuild, bool):
        raise SettingError("the event's rebuild is true or false")
    return Call(step, rebuild)


async def _call(event: Any, context: Context) -> dict[str, Any]:
    lake = ""
    try:
        asked = read_event(event)
        lake = lake_of({"lake": None}, local=False)
        content = await _built(asked, lake, context)
    except InputError as error:
        _raised(without_content := InputError(error.unquoted), lake)
        raise without_content from None
    except HarvesterError as error:
        _raised(error, lake)
        raise
    _log(
        with_metrics(
            entry("ended", **content),
            lake,
            Breaches=sum(zone["breaches"] for zone in content["zones"]),
            DamagedRuns=max((len(zone["damaged_runs"]) for zone in content["zones"]), default=0),
        )
    )
    return content


async def _built(asked: Call, lake: str, context: Context) -> dict[str, Any]:
    """Build until the deadline. Raises `SettingError` for a build that is too large."""
    memory = _memory(os.environ)
    done: list[Built] = []
    async with open_store(lake) as store:
        before = await store.get(state.TRUSTED)
        seconds = context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS
        limit = asyncio.timeout(max(seconds, 0))
        try:
            async with limit:
                for zone in asked.zones:
                    build = _BUILDS[zone]
                    done.append(await build(store, "duckdb", rebuild=asked.rebuild, memory=memory))
        except TimeoutError:
            if not limit.expired():
                raise
            if asked.rebuild or await store.get(state.TRUSTED) == before:
                raise SettingError(_beyond("time", store)) from None
            return _answer(done, "deadline")
        except (duckdb.Error, OSError) as error:
            if not _is_full(error):
                raise
            raise SettingError(_beyond("memory, or room in /tmp,", store)) from None
        changed = any(one.built or one.removed for one in done)
        return _answer(done, "finished" if changed else "nothing_to_do")


def _memory(environ: Mapping[str, str]) -> int:
    """Return what DuckDB may hold of this function's memory. Raises `SettingError`."""
    megabytes = int(environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", _MEGABYTES))
    if megabytes < _MEGABYTES:
        raise SettingError(
            f"the function has {megabytes} MB of memory: the zones need {_MEGABYTES} or more"
        )
    return memory_of_duckdb(f"{megabytes}MB", "duckdb")


def _is_full(error: Exception) -> bool:
    """Return whether memory or the disk is used up: DuckDB says so in two ways, Python in one."""
    of_duckdb = isinstance(error, duckdb.OutOfMemoryException)
    return of_duckdb or "No space left on device" in str(error)


def _beyond(what: str, store: Store) -> str:
    return (
        f"a build of {store.uri} needs more {what} than this function has, and is beyond one "
        "function: give it more memory or storage, or build on a machine of your own by "
        f"`harvester trusted --lake {store.uri}` and `harvester refined --lake {store.uri}`"
    )


def _answer(done: list[Built], finish_reason: str) -> dict[str, Any]:
    return {
        "version": VERSION,
        "done": finish_reason != "deadline",
        "finish_reason": finish_reason,
        "zones": [_short(one) for one in done],
    }


def _short(built: Built) -> dict[str, Any]:
    """Return what an answer says of a zone: Step Functions refuses more than 256 KB.

    No column of a CSV is named: who calls a function need not see what a file holds.
    """
    breached = [check.plain() for check in built.checks if check.breach]
    return {
        "zone": built.zone,
        "built": len(built.built),
        "kept": len(built.kept),
        "removed": len(built.removed),
        "checks": len(built.checks),
        "breaches": built.breaches,
        "breached": breached[:_SHOWN],
        "ignored_columns": sum(map(len, built.ignored.values())),
        "simulated_runs_left_out": built.left_out,
        "damaged_runs": dict(list(built.damaged.items())[:_SHOWN]),
        "damaged_files": built.damaged_files[:_SHOWN],
    }


def _raised(error: HarvesterError, lake: str) -> None:
    said = entry("raised", level="ERROR", error=type(error).__name__, message=str(error))
    _log({**said, "Lake": lake})


def _log(said: dict[str, Any]) -> None:
    sys.stdout.write(line(said) + "\n")
    sys.stdout.flush()
