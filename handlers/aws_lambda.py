"""The Lambda function: event → settings, deadline → stop, asyncio.run, Report → dict.

Nothing outlives a call except the token: clients and locks belong to one event loop.
"""

import asyncio
import os
from dataclasses import asdict
from typing import Any

from handlers.credentials import forget_token, with_token
from handlers.events import Call, read_event
from handlers.results import answered
from handlers.telemetry import Context, Telemetry
from harvester.errors import HarvesterError, TokenRefused
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.workers import finish_run, harvest_range, plan_run
from harvester.runtime import give_back_large_blocks
from harvester.settings import Settings, load_settings


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Handle one call and return its result; `docs/aws.md` lists events and results.

    Raises only errors that should trigger an alarm, or that Step Functions should retry.
    """
    give_back_large_blocks()
    return asyncio.run(_call(read_event(event), context))


async def _call(asked: Call, context: Context) -> dict[str, Any]:
    needs_token = asked.step != "finish"
    environ = await with_token(os.environ) if needs_token else os.environ
    settings = load_settings(asked.flags, environ=environ, needs_token=needs_token)
    stop = Stop()
    telemetry = Telemetry(settings.lake, stop, context)
    try:
        content = await answered(asked.step, _work(asked, settings, stop, telemetry))
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
            return asdict(await plan_run(settings, workers=workers))
        case "harvest":
            report = await harvest_range(
                settings, run, units, workers=workers, stop=stop, observe=observe
            )
        case "finish":
            report = await finish_run(settings, run, observe=observe)
    return report.to_dict()
