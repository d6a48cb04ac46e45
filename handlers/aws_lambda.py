"""The Lambda function: event → settings, deadline → stop, asyncio.run, Report → dict.

Nothing outlives a call except the token: clients and locks belong to one event loop.
"""

import asyncio
import os
import sys
from dataclasses import asdict, replace
from typing import Any

from handlers.ceiling import within_ceiling
from handlers.credentials import forget_token, with_token
from handlers.events import Call, read_event
from handlers.results import answered, without_rows
from handlers.telemetry import Context, Telemetry
from handlers.triggers import starts_on_upload
from harvester.errors import HarvesterError, InputError, TokenRefused
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.workers import finish_run, harvest_range, plan_run
from harvester.runtime import give_back_large_blocks
from harvester.settings import Settings, gather, load_settings, origin_of, read_setting_files

_FRAMES = 1000
"""Python's own limit of what a traceback shows."""


def handler(event: object, context: Context) -> dict[str, Any]:
    """Handle one call and return its result; `docs/aws.md` lists events and results.

    Raises only errors that should trigger an alarm, or that Step Functions should retry: a sentence
    each, without a traceback. Lambda's client answers and logs one with every error, as long as
    Python may show it.
    """
    give_back_large_blocks()
    sys.tracebacklimit = _FRAMES
    try:
        asked = read_event(event, on_upload=starts_on_upload(os.environ))
        return asyncio.run(_call(asked, context))
    except HarvesterError:
        sys.tracebacklimit = 0
        raise


async def _call(asked: Call, context: Context) -> dict[str, Any]:
    needs_token = asked.step != "finish"
    environ = dict(os.environ)
    asked = replace(asked, flags=within_ceiling(asked.flags, environ))
    if needs_token:
        origin = origin_of(gather(asked.flags, environ, read_setting_files()))
        environ = await with_token(environ, origin.name)
    settings = load_settings(
        asked.flags,
        environ=environ,
        fresh=asked.fresh,
        retry_of=asked.retry_of,
        needs_token=needs_token,
    )
    stop = Stop()
    telemetry = Telemetry(settings.lake, stop, context)
    try:
        content = await answered(asked.step, _work(asked, settings, stop, telemetry))
    except InputError as error:
        telemetry.raised(without_content := InputError(error.unquoted))
        raise without_content from None
    except HarvesterError as error:
        telemetry.raised(error)
        if isinstance(error, TokenRefused):
            forget_token()
        raise
    telemetry.ended(asked.step, content)
    return content


async def _work(
    asked: Call, settings: Settings, stop: Stop, telemetry: Telemetry
) -> dict[str, Any]:
    run, units, workers, observe = asked.run, asked.units, asked.workers, telemetry.observe
    match asked.step:
        case "run":
            report = await harvest(settings, stop=stop, observe=observe)
        case "plan":
            return asdict(await plan_run(settings, workers=workers, execution=asked.execution))
        case "harvest":
            report = await harvest_range(
                settings,
                run,
                units,
                workers=workers,
                stop=stop,
                execution=asked.execution,
                observe=observe,
            )
        case "finish":
            report = await finish_run(settings, run, observe=observe)
    return without_rows(report.to_dict())
