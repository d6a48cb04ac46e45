"""`harvester simulate`: a TMDB of one's own on loopback."""

import asyncio
import signal
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from harvester.cli.output import say, show
from harvester.clock import clock_from
from harvester.errors import SettingError


def simulate_command(
    *,
    port: Annotated[int, typer.Option(help="port to listen on; 0 = a free one")] = 8099,
    latency: Annotated[
        float | None,
        typer.Option(metavar="MS", help="fixed time before each answer; none = TMDB's usual mix"),
    ] = None,
    limit: Annotated[
        float | None, typer.Option(metavar="RPS", help="answer 429 above this many requests/s")
    ] = None,
    max_connections: Annotated[
        int, typer.Option(metavar="N", help="refuse more open connections than this")
    ] = 20,
    faults: Annotated[
        str, typer.Option(metavar="SPEC", help="kind=probability,... such as 429=0.03,reset=0.02")
    ] = "",
    seed: Annotated[int, typer.Option(help="another seed is another TMDB")] = 1,
    population: Annotated[
        int, typer.Option(metavar="N", help="made movies, and made series, in lists and exports")
    ] = 1_000,
    now: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help="let titles change, by a clock that starts here"),
    ] = None,
) -> None:
    """Serve a synthetic TMDB until Ctrl-C, then say what was served (as does GET /__stats).

    Examples:
        harvester simulate                                # on port 8099
        harvester simulate --limit 50 --faults 429=0.03   # a strict and moody one
        harvester simulate --now 2026-12-01T00:00:00Z     # titles change by this clock
    """
    from harvester.simulator import (  # noqa: PLC0415 - aiohttp is not for --help
        ChangeOptions,
        SimulatorOptions,
        describe,
    )
    from harvester.simulator import simulate as serve  # noqa: PLC0415

    options = SimulatorOptions(
        seed=seed,
        latency_ms=latency,
        limit=limit,
        max_connections=max_connections,
        faults=faults,
        population=population,
    )
    if now is not None:
        options = replace(options, now=clock_from(_moment(now)), changes=ChangeOptions())

    async def work() -> None:
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        async with serve(options, port=port) as simulator:
            for variable, address in simulator.addresses.items():
                say(f"{variable}={address} (any token or key); Ctrl-C ends")
            await ended.wait()
            stats = simulator.stats()
        show(*describe(stats).splitlines())

    asyncio.run(work())


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SettingError(
            f"--now takes a moment such as 2026-12-01T00:00:00Z, not {text!r}"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
