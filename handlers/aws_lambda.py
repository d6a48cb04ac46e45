"""The Lambda function: event → settings, deadline → stop, asyncio.run, Report → dict.

Nothing outlives a call but the token: clients and locks belong to one event loop.
"""

import asyncio
import os
from dataclasses import asdict
from typing import Any

from handlers.credentials import forget_token, with_token
from handlers.events import Asked, read_event
from handlers.results import answered
from handlers.watch import Context, Watch
from harvester.errors import HarvesterError, TokenRefused
from harvester.run.harvest import harvest
from harvester.run.stop import Stop
from harvester.run.workers import finish_run, harvest_range, plan_run
from harvester.runtime import give_back_large_blocks
from harvester.settings import Settings, load_settings, without_token


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Do one call's work and return what it came to; `docs/aws.md` lists events and answers.

    Raises only what should alarm, or what Step Functions is to try again.
    """
    give_back_large_blocks()
    return asyncio.run(_call(read_event(event), context))


async def _call(asked: Asked, context: Context) -> dict[str, Any]:
    environ = without_token(os.environ) if asked.step == "finish" else await with_token(os.environ)
    told, stop = load_settings(asked.flags, environ=environ), Stop()
    watch = Watch(told.lake, stop, context)
    try:
        content = await answered(asked.step, _work(asked, told, stop, watch))
    except HarvesterError as error:
        watch.raised(error)
        if isinstance(error, TokenRefused):
            forget_token()
        raise
    watch.ended(asked.step, content)
    return content


async def _work(asked: Asked, told: Settings, stop: Stop, watch: Watch) -> dict[str, Any]:
    run, units, workers, observe = asked.run, asked.units, asked.workers, watch.observe
    match asked.step:
        case "run":
            report = await harvest(told, stop=stop, observe=observe)
        case "plan":
            return asdict(await plan_run(told, workers=workers))
        case "harvest":
            report = await harvest_range(
                told, run, units, workers=workers, stop=stop, observe=observe
            )
        case "finish":
            report = await finish_run(told, run, observe=observe)
    return report.content
